import type { AuditOutcome } from '@waybill/contracts';
import { Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';

const toNumber = { to: (value: number) => value, from: Number };

/**
 * One event in its chain. Rows are only inserted; a trigger lets nothing be changed but `private` to null, a month after it
 * came (security.md W9).
 */
@Entity({ name: 'chain_entries' })
@Unique('chain_entries_event_key', ['source', 'eventId'])
@Index('chain_entries_by_time', ['chain', 'at', 'position'])
@Index('chain_entries_by_actor', ['chain', 'actor', 'position'])
@Index('chain_entries_by_person', ['chain', 'actorUserId', 'position'], { where: 'actor_user_id IS NOT NULL' })
@Index('chain_entries_by_action', ['chain', 'action', 'position'])
@Index('chain_entries_by_subject', ['chain', 'subject', 'position'])
@Index('chain_entries_with_details', ['recordedAt'], { where: 'private IS NOT NULL' })
export class ChainEntryEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'chain_entries_pkey' })
  chain!: string;

  /** From 1, without gaps. */
  @PrimaryColumn('bigint', { primaryKeyConstraintName: 'chain_entries_pkey', transformer: toNumber })
  position!: number;

  /** The service that it happened in. */
  @Column('text')
  source!: string;

  @Column('uuid', { name: 'event_id' })
  eventId!: string;

  @Column('timestamptz')
  at!: Date;

  @Column('text')
  actor!: string;

  @Column('uuid', { name: 'actor_user_id', nullable: true })
  actorUserId!: string | null;

  @Column('text')
  action!: string;

  @Column('text')
  subject!: string;

  @Column('text')
  outcome!: AuditOutcome;

  /** Leaf hash of the entry before it, in hex. */
  @Column('text')
  previous!: string;

  @Column('text', { name: 'leaf_hash' })
  leafHash!: string;

  /** `ChainedEvent` as it was hashed (RFC 8785): the columns above only find it. */
  @Column('text')
  event!: string;

  /** `PrivatePart` as it was hashed. Null when its time was over. */
  @Column('text', { nullable: true })
  private!: string | null;

  @Column('timestamptz', { name: 'recorded_at', default: () => 'now()' })
  recordedAt!: Date;
}
