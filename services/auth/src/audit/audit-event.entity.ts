import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** What was done, by whom, to what. Rows are only ever inserted: triggers refuse everything else (security.md W9). */
@Entity('audit_events')
@Index('audit_events_by_subject', ['subject', 'at'])
@Index('audit_events_by_actor', ['actor', 'at'])
export class AuditEventEntity {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'audit_events_pk' })
  id!: string;

  @Column({ type: 'timestamptz', default: () => 'now()' })
  at!: Date;

  /** `user:<id>`, `token:<id>`, or the service or operator that asked. */
  @Column({ type: 'text' })
  actor!: string;

  /** The person behind the actor, where there is one. */
  @Column({ type: 'uuid', name: 'actor_user_id', nullable: true })
  actorUserId!: string | null;

  @Column({ type: 'text' })
  action!: string;

  /** `user:<id>`, `organization:<id>`, `token:<id>`. */
  @Column({ type: 'text' })
  subject!: string;

  @Column({ type: 'text', name: 'request_id', nullable: true })
  requestId!: string | null;

  @Column({ type: 'text', name: 'client_address', nullable: true })
  clientAddress!: string | null;

  @Column({ type: 'jsonb' })
  details!: object;
}
