import type { ProviderName } from '@waybill/trusted-publishing';
import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { SigningKey } from './key-set.rules.js';

/**
 * The keys of an issuer that organizations registered, as they were last read. Nothing refers to a row: one that is missing is
 * made again by the next turn that reads keys.
 */
@Entity('oidc_key_sets')
@Index('oidc_key_sets_by_next_attempt', ['nextAttemptAt'])
@Check('oidc_key_sets_url_bounded', 'length(url) BETWEEN 1 AND 400')
@Check('oidc_key_sets_failures_counted', 'failures >= 0')
@Check('oidc_key_sets_read_some_time', '(keys IS NULL) = (read_at IS NULL)')
export class OidcKeySetEntity {
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'oidc_key_sets_pk' })
  url!: string;

  /** Its profile says on which hosts keys may be. */
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'oidc_key_sets_pk' })
  provider!: ProviderName;

  /** Public ones only; null: never had. */
  @Column({ type: 'jsonb', nullable: true })
  keys!: readonly SigningKey[] | null;

  @Column({ type: 'timestamptz', name: 'read_at', nullable: true })
  readAt!: Date | null;

  /** Attempts that failed since the last that did not. */
  @Column({ type: 'integer', default: 0 })
  failures!: number;

  @Column({ type: 'timestamptz', name: 'next_attempt_at' })
  nextAttemptAt!: Date;

  /** When a token was last verified with it, to the hour. */
  @Column({ type: 'timestamptz', name: 'used_at', nullable: true })
  usedAt!: Date | null;
}
