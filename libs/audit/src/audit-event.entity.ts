import type { AuditOutcome } from '@waybill/contracts';
import { auditOutcomes } from '@waybill/contracts';
import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';

/**
 * What was done, by whom, to what, in the service that did it. Rows are only ever inserted: a trigger refuses everything
 * else (security.md W9). The `audit` service keeps the chained copy of all services that people read.
 */
@Entity({ name: 'audit_events' })
@Index('audit_events_by_subject', ['subject', 'at'])
@Check('audit_events_outcome_known', `outcome = ANY (ARRAY['success'::text, 'refused'::text])`)
export class AuditEventEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'audit_events_pkey' })
  id!: string;

  @Column('timestamptz')
  at!: Date;

  /** `user:<id>`, `token:<id>`, or the service or operator that acted. */
  @Column('text')
  actor!: string;

  /** The person behind the actor, where there is one. */
  @Column('uuid', { name: 'actor_user_id', nullable: true })
  actorUserId!: string | null;

  @Column('text')
  action!: string;

  /** `<noun>:<id>`: `user:…`, `organization:…`, `token:…`, `release:…`. */
  @Column('text')
  subject!: string;

  /** Whose chain it is in; null: the installation's. */
  @Column('uuid', { name: 'organization_id', nullable: true })
  organizationId!: string | null;

  @Column('text', { default: auditOutcomes[0] })
  outcome!: AuditOutcome;

  @Column('text', { name: 'request_id', nullable: true })
  requestId!: string | null;

  @Column('text', { name: 'client_address', nullable: true })
  clientAddress!: string | null;

  @Column('jsonb')
  details!: Readonly<Record<string, unknown>>;
}
