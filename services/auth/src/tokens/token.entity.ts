import { releasePath } from '@waybill/contracts';
import type { PublisherId, ReleasePath, TokenHash, TokenId, TokenScope, UserId } from '@waybill/domain';
import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import { UserEntity } from '../users/user.entity.js';
import { parseCeilings, parseTokenScopes } from './token-scopes.schema.js';

/** Whose it is: a person's, a service account's, a repository's, or that of a trusted publisher. */
export const tokenKinds = ['personal', 'service', 'deploy', 'publisher'] as const;
export type TokenKind = (typeof tokenKinds)[number];

/** A token; of its text only the hash is stored and a prefix by which its owner knows it again (security.md W6). */
@Entity('tokens')
@Unique('tokens_token_hash_unique', ['tokenHash'])
@Check('tokens_kind_known', `kind IN ('personal', 'service', 'deploy', 'publisher')`)
@Check(
  'tokens_publisher_whole',
  `(kind = 'publisher') = (cardinality(publisher_ids) > 0) AND (kind = 'publisher') = (release_path IS NOT NULL)
         AND (kind <> 'publisher' OR parent_id IS NULL)`,
)
// An index of what is in lists, which decorators do not know.
@Index('tokens_by_publisher', { synchronize: false })
@Index('tokens_of_publishers_by_expiry', ['expiresAt'], { where: `kind = 'publisher'` })
@Check(
  'tokens_lineage_whole',
  `(parent_id IS NULL) = (root_id IS NULL) AND (parent_id IS NULL) = (ceilings = '[]'::jsonb)`,
)
@Index('tokens_by_user', ['userId', 'createdAt'])
@Index('tokens_by_parent', ['parentId'], { where: 'parent_id IS NOT NULL' })
@Index('tokens_by_root', ['rootId'], { where: 'root_id IS NOT NULL' })
@Index('tokens_by_creating_token', ['createdWithId'], { where: 'created_with_id IS NOT NULL' })
@Index('tokens_by_expiry', ['expiresAt'], { where: 'revoked_at IS NULL' })
export class TokenEntity {
  @PrimaryColumn({ type: 'uuid', name: 'token_id', primaryKeyConstraintName: 'tokens_pk' })
  tokenId!: TokenId;

  @Column({ type: 'uuid', name: 'user_id' })
  @ForeignKey(() => UserEntity, { name: 'tokens_user_fk' })
  userId!: UserId;

  @Column({ type: 'text', default: 'personal' })
  kind!: TokenKind;

  /** Whether it is a login of the command line, which stands for its person like a browser session. */
  @Column({ type: 'boolean', name: 'is_login', default: false })
  isLogin!: boolean;

  /** The token that this one was made narrower from, and with which it ends; null for one that stands by itself. */
  @Column({ type: 'uuid', name: 'parent_id', nullable: true })
  @ForeignKey(() => TokenEntity, { name: 'tokens_parent_fk', onDelete: 'CASCADE' })
  parentId!: TokenId | null;

  /** The first of the tokens that this one descends from. */
  @Column({ type: 'uuid', name: 'root_id', nullable: true })
  rootId!: TokenId | null;

  /** The token with which this one was created, though it stands by itself: where that one leaked, this one is not to be trusted. */
  @Column({ type: 'uuid', name: 'created_with_id', nullable: true })
  createdWithId!: TokenId | null;

  /** The person or service account that created it for somebody else. */
  @Column({ type: 'uuid', name: 'created_by', nullable: true })
  createdBy!: UserId | null;

  @Column({ type: 'text', name: 'token_hash' })
  tokenHash!: TokenHash;

  @Column({ type: 'text' })
  prefix!: string;

  @Column({ type: 'text' })
  description!: string;

  @Column({ type: 'jsonb', transformer: { from: parseTokenScopes, to: (scopes: readonly TokenScope[]) => scopes } })
  scopes!: readonly TokenScope[];

  /** The scopes of its parent, of that one's parent, and so on: it does what all of these lists allow (security.md A4). */
  @Column({
    type: 'jsonb',
    default: [],
    transformer: { from: parseCeilings, to: (ceilings: readonly (readonly TokenScope[])[]) => ceilings },
  })
  ceilings!: readonly (readonly TokenScope[])[];

  /** The trusted publishers that it was minted for, and ends with any of; the first is the one that it is shown as. */
  @Column({ type: 'uuid', name: 'publisher_ids', array: true, default: [] })
  publisherIds!: PublisherId[];

  /** How what it publishes came, as the issuer of the exchanged token said it; null for what was minted for no publisher. */
  @Column({
    type: 'jsonb',
    name: 'release_path',
    nullable: true,
    transformer: { from: (value) => releasePath.nullable().parse(value), to: (path: ReleasePath | null) => path },
  })
  releasePath!: ReleasePath | null;

  /** By publishers' ids, where their organizations read the tokens of the issuer otherwise than that of the first does. */
  @Column({ type: 'jsonb', name: 'other_paths', nullable: true })
  otherPaths!: Readonly<Record<string, ReleasePath>> | null;

  /** Whether publishers of several organizations gave it before it was left to fewer: it is in the report of none (A6). */
  @Column({ type: 'boolean', name: 'was_shared', default: false })
  wasShared!: boolean;

  /** Counts its changes: its ETag. */
  @Column({ type: 'integer', default: 1 })
  version!: number;

  @Column({ type: 'timestamptz', name: 'created_at', default: () => 'now()' })
  createdAt!: Date;

  @Column({ type: 'timestamptz', name: 'expires_at' })
  expiresAt!: Date;

  /** To the minute. */
  @Column({ type: 'timestamptz', name: 'last_used_at', nullable: true })
  lastUsedAt!: Date | null;

  @Column({ type: 'text', name: 'last_used_address', nullable: true })
  lastUsedAddress!: string | null;

  /** What the client called itself: untrusted, bounded, without anything secret. */
  @Column({ type: 'text', name: 'last_used_client', nullable: true })
  lastUsedClient!: string | null;

  /** How many days before its end its owner was told last. */
  @Column({ type: 'smallint', name: 'warned_days', nullable: true })
  warnedDays!: number | null;

  @Column({ type: 'timestamptz', name: 'revoked_at', nullable: true })
  revokedAt!: Date | null;
}
