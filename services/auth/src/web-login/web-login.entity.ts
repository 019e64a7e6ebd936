import type { TokenHash, TokenId, UserId } from '@waybill/domain';
import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import type { WebLoginWish } from '@waybill/contracts';
import { UserEntity } from '../users/user.entity.js';

/** A client that waits for a person to confirm in a browser. Gone soon after its token is handed out, or when it was refused. */
@Entity('web_logins')
@Unique('web_logins_login_hash_unique', ['loginHash'])
@Unique('web_logins_poll_hash_unique', ['pollHash'])
@Check('web_logins_wish_known', `wish IN ('packages', 'management')`)
@Index('web_logins_by_address', ['addressKey', 'expiresAt'])
@Index('web_logins_by_expiry', ['expiresAt'])
@Index('web_logins_by_user', ['confirmedBy'])
export class WebLoginEntity {
  @PrimaryColumn({ type: 'uuid', name: 'web_login_id', primaryKeyConstraintName: 'web_logins_pk' })
  webLoginId!: string;

  /** sha256 in hex of what is in the page's address. */
  @Column({ type: 'text', name: 'login_hash' })
  loginHash!: string;

  /** sha256 in hex of what the waiting client asks with. */
  @Column({ type: 'text', name: 'poll_hash' })
  pollHash!: TokenHash;

  /** What the client says of itself: one line of untrusted text. */
  @Column({ type: 'text' })
  description!: string;

  @Column({ type: 'text', name: 'client_address' })
  clientAddress!: string;

  /** The unit in which addresses are counted. */
  @Column({ type: 'text', name: 'address_key' })
  addressKey!: string;

  /** What addresses of one site have in common. */
  @Column({ type: 'text', default: '' })
  network!: string;

  @Column({ type: 'timestamptz', name: 'created_at', default: () => 'now()' })
  createdAt!: Date;

  @Column({ type: 'timestamptz', name: 'expires_at' })
  expiresAt!: Date;

  /** The signed-in person who looked at its page last; null before. */
  @Column({ type: 'uuid', name: 'opened_by', nullable: true })
  openedBy!: UserId | null;

  @Column({ type: 'timestamptz', name: 'opened_at', nullable: true })
  openedAt!: Date | null;

  @Column({ type: 'uuid', name: 'confirmed_by', nullable: true })
  @ForeignKey(() => UserEntity, { name: 'web_logins_user_fk', onDelete: 'CASCADE' })
  confirmedBy!: UserId | null;

  /** The address of the browser that confirmed. */
  @Column({ type: 'text', name: 'confirmed_from', nullable: true })
  confirmedFrom!: string | null;

  /** What the client asks for: work with packages, or everything that the person may do (the command line `waybill`). */
  @Column({ type: 'text', default: 'packages' })
  wish!: WebLoginWish;

  /** Whether the person lets the token manage owners and members, too. */
  @Column({ type: 'boolean', name: 'with_access', default: false })
  withAccess!: boolean;

  /** The token that was handed out; null before. */
  @Column({ type: 'uuid', name: 'token_id', nullable: true })
  tokenId!: TokenId | null;

  /** Its text, for the same secret to ask for once more; only that secret opens it. Never in clear (security.md W6). */
  @Column({ type: 'bytea', name: 'sealed_token', nullable: true })
  sealedToken!: Buffer | null;
}
