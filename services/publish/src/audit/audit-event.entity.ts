import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** What was done, by whom, to what. Rows are only ever inserted: triggers refuse everything else (security.md W9). */
@Entity({ name: 'audit_events' })
@Index('audit_events_subject_idx', ['subject', 'at'])
export class AuditEventEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'audit_events_pkey' })
  id!: string;

  @Column('timestamptz')
  at!: Date;

  /** `user:<id>`, `token:<id>`, or the operator. */
  @Column('text')
  actor!: string;

  @Column('text')
  action!: string;

  /** `release:<id>`, `package:<id>` or `repository:<id>`. */
  @Column('text')
  subject!: string;

  @Column('text', { name: 'request_id', nullable: true })
  requestId!: string | null;

  @Column('jsonb')
  details!: object;
}
