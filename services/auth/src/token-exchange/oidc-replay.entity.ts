import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** An ID token that was exchanged, and for what. */
@Entity('oidc_replays')
@Index('oidc_replays_by_age', ['forgetAt'])
@Check('oidc_replays_key_hashed', 'octet_length(replay_key) = 32')
export class OidcReplayEntity {
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'oidc_replays_pk' })
  issuer!: string;

  /** SHA-256 of what the token is known by: its `jti`, or a hash of its own. */
  @PrimaryColumn({ type: 'bytea', name: 'replay_key', primaryKeyConstraintName: 'oidc_replays_pk' })
  replayKey!: Buffer;

  /** The packages that it was exchanged for, or `*`. */
  @Column({ type: 'text', array: true })
  uses!: string[];

  /** When nobody could use the token any more, with a margin (security.md T1). */
  @Column({ type: 'timestamptz', name: 'forget_at' })
  forgetAt!: Date;
}
