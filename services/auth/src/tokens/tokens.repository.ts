import { Injectable } from '@nestjs/common';
import { organizationId, tokenHash, tokenId, userId } from '@waybill/contracts';
import type { TokenHash, TokenId, UserId } from '@waybill/domain';
import { DataSource, type EntityManager, IsNull, MoreThan } from 'typeorm';
import { z } from 'zod';
import { TokenEntity } from './token.entity.js';

/** Which tokens are to be revoked. */
export type TokenSelection =
  | { readonly tokenId: TokenId }
  | { readonly tokenHash: TokenHash; readonly userId: UserId }
  | { readonly tokenHashes: readonly TokenHash[] }
  | { readonly tokenIds: readonly TokenId[] }
  | { readonly allOf: UserId; readonly except: TokenId | undefined };

/** `organizationIds`: whose account it stood for, or whose publishers it was minted for. */
const revoked = z.object({
  tokenId,
  tokenHash,
  userId,
  organizationIds: z.array(organizationId),
  description: z.string(),
  prefix: z.string(),
});
export type RevokedToken = z.infer<typeof revoked>;

// What TypeORM's query() gives for an UPDATE: rows and their number.
const revokedRows = z.tuple([z.array(revoked), z.number()]);
const returning = `RETURNING token_id AS "tokenId", token_hash AS "tokenHash", user_id AS "userId", description, prefix,
  ARRAY(SELECT u.organization_id FROM users u WHERE u.user_id = tokens.user_id AND u.organization_id IS NOT NULL
    UNION SELECT p.organization_id FROM trusted_publishers p WHERE p.publisher_id = ANY(tokens.publisher_ids)
    ORDER BY 1) AS "organizationIds"`;

const counts = z.tuple([z.object({ children: z.coerce.number(), descendants: z.coerce.number() })]);

const maxListed = 500;
/** After which token of a list the next page begins. */
export type TokenPlace = Readonly<Record<'createdAt' | 'tokenId', string>>;

@Injectable()
export class TokensRepository {
  constructor(private readonly dataSource: DataSource) {}

  async insert(manager: EntityManager, token: TokenEntity): Promise<void> {
    await this.#table(manager).insert(token);
  }

  async findUnrevoked(id: TokenId, manager?: EntityManager): Promise<TokenEntity | undefined> {
    return (await this.#table(manager).findOneBy({ tokenId: id, revokedAt: IsNull() })) ?? undefined;
  }

  /** Reads a token that works, and keeps it from being revoked until the transaction ends. */
  async lockWorking(manager: EntityManager, id: TokenId): Promise<TokenEntity | undefined> {
    const where = { tokenId: id, revokedAt: IsNull(), expiresAt: MoreThan(new Date()) };
    const token = await this.#table(manager).findOne({ where, lock: { mode: 'pessimistic_read' } });
    return token ?? undefined;
  }

  /** The same, one at a time: who makes tokens from it waits for whoever does so already. */
  async lockWorkingAlone(manager: EntityManager, id: TokenId): Promise<TokenEntity | undefined> {
    const where = { tokenId: id, revokedAt: IsNull(), expiresAt: MoreThan(new Date()) };
    const token = await this.#table(manager).findOne({ where, lock: { mode: 'for_no_key_update' } });
    return token ?? undefined;
  }

  async lockUnrevoked(manager: EntityManager, id: TokenId): Promise<TokenEntity | undefined> {
    const where = { tokenId: id, revokedAt: IsNull() };
    return (await this.#table(manager).findOne({ where, lock: { mode: 'for_no_key_update' } })) ?? undefined;
  }

  async describe(manager: EntityManager, token: TokenEntity, description: string): Promise<TokenEntity> {
    const changes = { description, version: token.version + 1 };
    await this.#table(manager).update({ tokenId: token.tokenId }, changes);
    return Object.assign(token, changes);
  }

  /** The user's tokens that are not revoked, newest first, from after `after`. */
  page(owner: UserId, limit: number, after?: TokenPlace): Promise<TokenEntity[]> {
    return this.#page({ condition: 'token.userId = :owner', parameters: { owner } }, limit, after);
  }

  /** The same of those, whosever, that were created with that token and stand by themselves; none if it is not the user's. */
  pageCreatedWith(owner: UserId, creator: TokenId, limit: number, after?: TokenPlace): Promise<TokenEntity[]> {
    const isOwn = 'EXISTS (SELECT FROM tokens own WHERE own.token_id = :creator AND own.user_id = :owner)';
    const condition = `token.createdWithId = :creator AND ${isOwn}`;
    return this.#page({ condition, parameters: { owner, creator } }, limit, after);
  }

  #page(
    { condition, parameters }: { readonly condition: string; readonly parameters: Record<string, string> },
    limit: number,
    after: TokenPlace | undefined,
  ): Promise<TokenEntity[]> {
    const query = this.#table()
      .createQueryBuilder('token')
      .where(`${condition} AND token.revokedAt IS NULL`, parameters)
      .orderBy('token.createdAt', 'DESC')
      .addOrderBy('token.tokenId', 'DESC')
      .limit(limit);
    if (after !== undefined) query.andWhere('(token.createdAt, token.tokenId) < (:createdAt, :tokenId)', after);
    return query.getMany();
  }

  /** The user's tokens that work, newest first. */
  listWorking(owner: UserId): Promise<TokenEntity[]> {
    const where = { userId: owner, revokedAt: IsNull(), expiresAt: MoreThan(new Date()) };
    return this.#table().find({ where, order: { createdAt: 'DESC', tokenId: 'ASC' }, take: maxListed });
  }

  /** The user's tokens that are not revoked and were not made from others. */
  listStanding(manager: EntityManager, owner: UserId): Promise<TokenEntity[]> {
    return this.#table(manager).findBy({ userId: owner, revokedAt: IsNull(), parentId: IsNull() });
  }

  /** Of the user's tokens that work, those that were not made from others. */
  countStanding(manager: EntityManager, owner: UserId): Promise<number> {
    const where = { userId: owner, revokedAt: IsNull(), expiresAt: MoreThan(new Date()), parentId: IsNull() };
    return this.#table(manager).countBy(where);
  }

  /** How many tokens work that were made from it, and how many that descend from the first of its line. */
  async countDescendants(
    manager: EntityManager,
    { tokenId: id, rootId }: TokenEntity,
  ): Promise<{ children: number; descendants: number }> {
    const rows: unknown = await manager.query(
      `SELECT count(*) FILTER (WHERE parent_id = $1) AS children, count(*) AS descendants
       FROM tokens WHERE root_id = $2 AND revoked_at IS NULL AND expires_at > now()`,
      [id, rootId ?? id],
    );
    return counts.parse(rows)[0];
  }

  /** Whether it was made from that token, or from what was, by however many steps. */
  async descends({ parentId, rootId }: TokenEntity, ancestor: TokenId): Promise<boolean> {
    if (parentId === null || rootId === null) return false;
    if (parentId === ancestor || rootId === ancestor) return true;
    const rows: unknown[] = await this.dataSource.query(
      `WITH RECURSIVE line AS (
         SELECT token_id, parent_id FROM tokens WHERE token_id = $1
         UNION SELECT t.token_id, t.parent_id FROM tokens t JOIN line ON t.token_id = line.parent_id
       ) SELECT 1 FROM line WHERE token_id = $2`,
      [parentId, ancestor],
    );
    return rows.length > 0;
  }

  /** Revokes what is not revoked yet; of several that try at once, one gets the row. */
  async revoke(manager: EntityManager, selection: TokenSelection): Promise<RevokedToken[]> {
    const { condition, parameters } = conditionOf(selection);
    return this.#end(manager, condition, parameters);
  }

  /**
   * Revokes what was made from these, and what was made from that, generation by generation: each step sees what was
   * committed while the one before waited, and nothing more is made from what a step has ended. `withCreated`: also what
   * they created that stands by itself.
   */
  async revokeDescendants(
    manager: EntityManager,
    ended: readonly TokenId[],
    { withCreated }: { readonly withCreated: boolean },
  ): Promise<RevokedToken[]> {
    const all: RevokedToken[] = [];
    let generation = [...ended];
    while (generation.length > 0) {
      const condition = withCreated
        ? '(parent_id = ANY($1::uuid[]) OR created_with_id = ANY($1::uuid[]))'
        : 'parent_id = ANY($1::uuid[])';
      const next = await this.#end(manager, condition, [generation]);
      all.push(...next);
      generation = next.map((token) => token.tokenId);
    }
    return all;
  }

  async #end(manager: EntityManager, condition: string, parameters: unknown[]): Promise<RevokedToken[]> {
    const result: unknown = await manager.query(
      `UPDATE tokens SET revoked_at = now() WHERE revoked_at IS NULL AND ${condition} ${returning}`,
      parameters,
    );
    return revokedRows.parse(result)[0];
  }

  #table(manager: EntityManager = this.dataSource.manager) {
    return manager.getRepository(TokenEntity);
  }
}

function conditionOf(selection: TokenSelection): { condition: string; parameters: unknown[] } {
  if ('tokenId' in selection) return { condition: 'token_id = $1', parameters: [selection.tokenId] };
  if ('tokenIds' in selection) return { condition: 'token_id = ANY($1::uuid[])', parameters: [selection.tokenIds] };
  if ('tokenHashes' in selection) return { condition: 'token_hash = ANY($1)', parameters: [selection.tokenHashes] };
  if ('allOf' in selection) {
    // What has expired ends by itself, and does not come back.
    const condition = 'user_id = $1 AND token_id IS DISTINCT FROM $2::uuid AND expires_at > now()';
    return { condition, parameters: [selection.allOf, selection.except ?? null] };
  }
  return { condition: 'token_hash = $1 AND user_id = $2', parameters: [selection.tokenHash, selection.userId] };
}
