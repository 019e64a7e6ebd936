import type { TokenHash, UserId } from '@waybill/domain';
import { Check, Column, Entity, ForeignKey, PrimaryColumn, Unique } from 'typeorm';
import { UserEntity } from '../users/user.entity.js';

export type OneTimeSecretKind = 'email-verification' | 'password-reset';

/** What whoever holds the secret may do once. The row is gone when it was done; a newer one of its kind replaces it. */
@Entity('one_time_secrets')
@Unique('one_time_secrets_one_per_kind', ['userId', 'kind'])
@Check(
  'one_time_secrets_kind_known',
  `kind IN ('email-verification', 'password-reset') AND (kind = 'email-verification') = (email IS NOT NULL)`,
)
export class OneTimeSecretEntity {
  /** sha256 of its text in hex (security.md W6). */
  @PrimaryColumn({ type: 'text', name: 'secret_hash', primaryKeyConstraintName: 'one_time_secrets_pk' })
  secretHash!: TokenHash;

  @Column({ type: 'text' })
  kind!: OneTimeSecretKind;

  @Column({ type: 'uuid', name: 'user_id' })
  @ForeignKey(() => UserEntity, { name: 'one_time_secrets_user_fk', onDelete: 'CASCADE' })
  userId!: UserId;

  /** The address that it was sent to; null unless it verifies one. */
  @Column({ type: 'text', nullable: true })
  email!: string | null;

  @Column({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;

  @Column({ type: 'timestamptz', name: 'expires_at' })
  expiresAt!: Date;
}
