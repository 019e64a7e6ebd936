import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A mail that waits, or was sent. What it says is sealed while it waits and deleted then: it may hold secret links (W6). */
@Entity({ name: 'mails' })
@Check('mails_state_known', `state = ANY (ARRAY['waiting'::text, 'sent'::text, 'failed'::text])`)
@Check('mails_values_while_waiting', `(sealed_values IS NULL) = (state <> 'waiting'::text)`)
@Index('mails_due', ['dueAt'], { where: `state = 'waiting'` })
@Index('mails_by_age', ['createdAt'])
export class MailEntity {
  @PrimaryColumn('uuid', { name: 'mail_id', primaryKeyConstraintName: 'mails_pkey' })
  mailId!: string;

  @Column('text')
  recipient!: string;

  @Column('text')
  template!: string;

  @Column('bytea', { name: 'sealed_values', nullable: true })
  sealedValues!: Buffer | null;

  @Column('text')
  state!: 'waiting' | 'sent' | 'failed';

  @Column('integer', { default: 0 })
  tries!: number;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'due_at' })
  dueAt!: Date;

  @Column('uuid', { nullable: true })
  lease!: string | null;

  @Column('timestamptz', { name: 'leased_until', nullable: true })
  leasedUntil!: Date | null;

  @Column('timestamptz', { name: 'settled_at', nullable: true })
  settledAt!: Date | null;

  /** A code, never what the mail server said. */
  @Column('text', { nullable: true })
  error!: string | null;
}
