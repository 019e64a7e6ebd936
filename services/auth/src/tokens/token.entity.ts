import type { TokenHash, TokenId, TokenScope, UserId } from '@waybill/domain';
import { Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import { UserEntity } from '../users/user.entity.js';
import { parseTokenScopes } from './token-scopes.schema.js';

/** A token; of its text only the hash is stored and a prefix by which its owner knows it again (security.md W6). */
@Entity('tokens')
@Unique('tokens_token_hash_unique', ['tokenHash'])
@Index('tokens_by_user', ['userId', 'createdAt'])
export class TokenEntity {
  @PrimaryColumn({ type: 'uuid', name: 'token_id', primaryKeyConstraintName: 'tokens_pk' })
  tokenId!: TokenId;

  @Column({ type: 'uuid', name: 'user_id' })
  @ForeignKey(() => UserEntity, { name: 'tokens_user_fk' })
  userId!: UserId;

  @Column({ type: 'text', name: 'token_hash' })
  tokenHash!: TokenHash;

  @Column({ type: 'text' })
  prefix!: string;

  @Column({ type: 'text' })
  description!: string;

  @Column({ type: 'jsonb', transformer: { from: parseTokenScopes, to: (scopes: readonly TokenScope[]) => scopes } })
  scopes!: readonly TokenScope[];

  @Column({ type: 'timestamptz', name: 'created_at', default: () => 'now()' })
  createdAt!: Date;

  @Column({ type: 'timestamptz', name: 'expires_at' })
  expiresAt!: Date;

  /** To the minute. */
  @Column({ type: 'timestamptz', name: 'last_used_at', nullable: true })
  lastUsedAt!: Date | null;

  @Column({ type: 'timestamptz', name: 'revoked_at', nullable: true })
  revokedAt!: Date | null;
}
