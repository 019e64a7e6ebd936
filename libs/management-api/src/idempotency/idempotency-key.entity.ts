import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** One creation that somebody asked for with an `Idempotency-Key`: under way, done, or done with its answer. */
@Entity({ name: 'idempotency_keys' })
@Index('idempotency_keys_by_expiry', ['expiresAt'])
export class IdempotencyKeyEntity {
  /** Derived from actor and key, neither of which can be read from it. */
  @PrimaryColumn('bytea', { name: 'key_id', primaryKeyConstraintName: 'idempotency_keys_pk' })
  keyId!: Buffer;

  /** MAC of method, target and body under a key derived from the client's: a body may hold a password. */
  @Column('bytea', { name: 'request_mac' })
  requestMac!: Buffer;

  /** Whoever works on it now. Another one takes over when `claimedUntil` has passed and nothing was changed. */
  @Column('uuid')
  claim!: string;

  @Column('timestamptz', { name: 'claimed_until' })
  claimedUntil!: Date;

  /** Set in the transaction of the change itself, so that a crash after it does not make it happen twice. */
  @Column('boolean')
  applied!: boolean;

  /** The answer, sealed with a key derived from the client's, which is stored nowhere. */
  @Column('bytea', { name: 'sealed_answer', nullable: true })
  sealedAnswer!: Buffer | null;

  @Column('timestamptz', { name: 'expires_at' })
  expiresAt!: Date;
}
