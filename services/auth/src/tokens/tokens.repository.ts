import { Injectable } from '@nestjs/common';
import { tokenHash, tokenId, userId } from '@waybill/contracts';
import type { TokenHash, TokenId, UserId } from '@waybill/domain';
import { DataSource, type EntityManager, IsNull, MoreThan } from 'typeorm';
import { z } from 'zod';
import { TokenEntity } from './token.entity.js';

/** Which tokens are to be revoked. */
export type TokenSelection =
  | { readonly tokenId: TokenId }
  | { readonly tokenHash: TokenHash; readonly userId: UserId }
  | { readonly tokenHashes: readonly TokenHash[] }
  | { readonly allOf: UserId; readonly except: TokenId | undefined };

const revoked = z.object({ tokenId, tokenHash, userId });
export type RevokedToken = z.infer<typeof revoked>;

// What TypeORM's query() gives for an UPDATE: rows and their number.
const revokedRows = z.tuple([z.array(revoked), z.number()]);

const maxListed = 500;

@Injectable()
export class TokensRepository {
  constructor(private readonly dataSource: DataSource) {}

  async insert(manager: EntityManager, token: TokenEntity): Promise<void> {
    await this.#table(manager).insert(token);
  }

  async findUnrevoked(id: TokenId): Promise<TokenEntity | undefined> {
    return (await this.#table().findOneBy({ tokenId: id, revokedAt: IsNull() })) ?? undefined;
  }

  /** Reads a token that works, and keeps it from being revoked until the transaction ends. */
  async lockWorking(manager: EntityManager, id: TokenId): Promise<TokenEntity | undefined> {
    const where = { tokenId: id, revokedAt: IsNull(), expiresAt: MoreThan(new Date()) };
    const token = await this.#table(manager).findOne({ where, lock: { mode: 'pessimistic_read' } });
    return token ?? undefined;
  }

  /** The user's tokens that are not revoked, newest first. */
  listUnrevoked(owner: UserId): Promise<TokenEntity[]> {
    const where = { userId: owner, revokedAt: IsNull() };
    return this.#table().find({ where, order: { createdAt: 'DESC', tokenId: 'ASC' }, take: maxListed });
  }

  /** The user's tokens that work, newest first. */
  listWorking(owner: UserId): Promise<TokenEntity[]> {
    const where = { userId: owner, revokedAt: IsNull(), expiresAt: MoreThan(new Date()) };
    return this.#table().find({ where, order: { createdAt: 'DESC', tokenId: 'ASC' }, take: maxListed });
  }

  countWorking(manager: EntityManager, owner: UserId): Promise<number> {
    return this.#table(manager).countBy({ userId: owner, revokedAt: IsNull(), expiresAt: MoreThan(new Date()) });
  }

  /** Revokes what is not revoked yet; of several that try at once, one gets the row. */
  async revoke(manager: EntityManager, selection: TokenSelection): Promise<RevokedToken[]> {
    const { condition, parameters } = conditionOf(selection);
    const result: unknown = await manager.query(
      `UPDATE tokens SET revoked_at = now() WHERE revoked_at IS NULL AND ${condition}
       RETURNING token_id AS "tokenId", token_hash AS "tokenHash", user_id AS "userId"`,
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
  if ('tokenHashes' in selection) return { condition: 'token_hash = ANY($1)', parameters: [selection.tokenHashes] };
  if ('allOf' in selection) {
    // What has expired ends by itself, and does not come back.
    const condition = 'user_id = $1 AND token_id IS DISTINCT FROM $2::uuid AND expires_at > now()';
    return { condition, parameters: [selection.allOf, selection.except ?? null] };
  }
  return { condition: 'token_hash = $1 AND user_id = $2', parameters: [selection.tokenHash, selection.userId] };
}
