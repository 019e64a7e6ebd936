import type { TokenId } from '@waybill/domain';
import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { TokenEntity } from './token.entity.js';

/** From where and with which kind of client a token was used: what is new is audited, once. */
@Entity('token_uses')
@Index('token_uses_by_age', ['tokenId', 'lastUsedAt'])
export class TokenUseEntity {
  @PrimaryColumn({ type: 'uuid', name: 'token_id', primaryKeyConstraintName: 'token_uses_pk' })
  @ForeignKey(() => TokenEntity, { name: 'token_uses_token_fk', onDelete: 'CASCADE' })
  tokenId!: TokenId;

  /** An IPv4 address or the /64 of an IPv6 address. */
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'token_uses_pk' })
  address!: string;

  /** The family: `npm`, `browser`, `unknown`. */
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'token_uses_pk' })
  client!: string;

  @Column({ type: 'timestamptz', name: 'first_used_at', default: () => 'now()' })
  firstUsedAt!: Date;

  @Column({ type: 'timestamptz', name: 'last_used_at', default: () => 'now()' })
  lastUsedAt!: Date;
}
