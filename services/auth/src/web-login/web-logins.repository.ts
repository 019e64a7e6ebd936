import { Injectable } from '@nestjs/common';
import { userId } from '@waybill/contracts';
import type { TokenHash, UserId } from '@waybill/domain';
import { DataSource, type EntityManager, IsNull, MoreThan } from 'typeorm';
import { z } from 'zod';
import { WebLoginEntity } from './web-login.entity.js';

const usedUp = z.object({
  confirmedBy: userId,
  description: z.string(),
  clientAddress: z.string(),
  confirmedFrom: z.string(),
  withAccess: z.boolean(),
});
export type UsedUpLogin = z.infer<typeof usedUp>;

// What TypeORM's query() gives for a DELETE: rows and their number.
const usedUpRows = z.tuple([z.array(usedUp), z.number()]);

const maxSweptAtOnce = 200;

@Injectable()
export class WebLoginsRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Keeps others of the same address from beginning a login until the transaction ends. */
  async lockAddress(manager: EntityManager, addressKey: string): Promise<void> {
    await manager.query(`SELECT pg_advisory_xact_lock(hashtextextended('auth.web-login:' || $1, 0))`, [addressKey]);
  }

  countOpen(manager: EntityManager, addressKey: string): Promise<number> {
    return this.#table(manager).countBy({ addressKey, expiresAt: MoreThan(new Date()) });
  }

  /** Whether there are `limit` of them or more, of all addresses. */
  async areAtLeast(manager: EntityManager, limit: number): Promise<boolean> {
    const rows: unknown[] = await manager.query('SELECT 1 FROM web_logins OFFSET $1 LIMIT 1', [limit - 1]);
    return rows.length > 0;
  }

  async insert(manager: EntityManager, login: WebLoginEntity): Promise<void> {
    await this.#table(manager).insert(login);
  }

  /** Removes some that are over, anybody's. */
  async sweep(manager: EntityManager): Promise<void> {
    await manager.query(
      `DELETE FROM web_logins WHERE web_login_id IN (
         SELECT web_login_id FROM web_logins WHERE expires_at < now()
         ORDER BY expires_at LIMIT $1 FOR UPDATE SKIP LOCKED)`,
      [maxSweptAtOnce],
    );
  }

  /** One that waits for its person. */
  async findWaiting(loginHash: string): Promise<WebLoginEntity | undefined> {
    const where = { loginHash, confirmedBy: IsNull(), expiresAt: MoreThan(new Date()) };
    return (await this.#table().findOneBy(where)) ?? undefined;
  }

  /** Of several that confirm at once, one does. */
  async confirm(
    manager: EntityManager,
    loginHash: string,
    by: { readonly userId: UserId; readonly address: string; readonly withAccess: boolean },
  ): Promise<boolean> {
    const { affected } = await this.#table(manager).update(
      { loginHash, confirmedBy: IsNull(), expiresAt: MoreThan(new Date()) },
      { confirmedBy: by.userId, confirmedFrom: by.address, withAccess: by.withAccess },
    );
    return affected === 1;
  }

  async refuse(loginHash: string): Promise<boolean> {
    const { affected } = await this.#table().delete({ loginHash, confirmedBy: IsNull() });
    return affected === 1;
  }

  async isWaiting(pollHash: TokenHash): Promise<boolean> {
    return this.#table().existsBy({ pollHash, confirmedBy: IsNull(), expiresAt: MoreThan(new Date()) });
  }

  /** Takes a confirmed login away: of fifty that ask at once, one gets it. */
  async useUp(manager: EntityManager, pollHash: TokenHash): Promise<UsedUpLogin | undefined> {
    const result: unknown = await manager.query(
      `DELETE FROM web_logins WHERE poll_hash = $1 AND confirmed_by IS NOT NULL AND expires_at > now()
       RETURNING confirmed_by AS "confirmedBy", description, client_address AS "clientAddress",
                 confirmed_from AS "confirmedFrom", with_access AS "withAccess"`,
      [pollHash],
    );
    return usedUpRows.parse(result)[0][0];
  }

  async endConfirmedBy(manager: EntityManager, confirmedBy: UserId): Promise<void> {
    await this.#table(manager).delete({ confirmedBy });
  }

  #table(manager: EntityManager = this.dataSource.manager) {
    return manager.getRepository(WebLoginEntity);
  }
}
