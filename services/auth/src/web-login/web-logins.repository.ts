import { Injectable } from '@nestjs/common';
import type { TokenHash, TokenId, UserId } from '@waybill/domain';
import { DataSource, type EntityManager, IsNull, MoreThan } from 'typeorm';
import { WebLoginEntity } from './web-login.entity.js';

const maxSweptAtOnce = 200;

/** How many logins that one person looked at stay, whatever comes: the latest. */
const maxKeptPerPerson = 10;

// The last of the longest queues first, so that all queues stay equally long: the oldest of the busiest network.
const makeRoomQuery = `
  WITH seen AS (
    SELECT web_login_id, network, created_at, opened_by,
           row_number() OVER (PARTITION BY opened_by ORDER BY opened_at DESC) AS nth_of_person
    FROM web_logins),
  queued AS (
    SELECT web_login_id, created_at, row_number() OVER (PARTITION BY network ORDER BY created_at DESC) AS nth_of_network
    FROM seen WHERE opened_by IS NULL OR nth_of_person > $1)
  DELETE FROM web_logins WHERE web_login_id IN (
    SELECT web_login_id FROM queued ORDER BY nth_of_network DESC, created_at LIMIT $2)`;

@Injectable()
export class WebLoginsRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Keeps others of the same address from beginning a login until the transaction ends. */
  async lockAddress(manager: EntityManager, addressKey: string): Promise<void> {
    await manager.query(`SELECT pg_advisory_xact_lock(hashtextextended('auth.web-login:' || $1, 0))`, [addressKey]);
  }

  /** Those whose client still waits. */
  countOpen(manager: EntityManager, addressKey: string): Promise<number> {
    return this.#table(manager).countBy({ addressKey, tokenId: IsNull(), expiresAt: MoreThan(new Date()) });
  }

  /** One at a time makes room, until the transaction ends. */
  async lockRoom(manager: EntityManager): Promise<void> {
    await manager.query(`SELECT pg_advisory_xact_lock(hashtextextended('auth.web-logins', 0))`);
  }

  /**
   * Ends up to so many of the networks that have most of them, the oldest first; none that a signed-in person has just
   * looked at, so that nobody but that person can end it (security.md W4).
   */
  async makeRoom(manager: EntityManager, count: number): Promise<void> {
    await manager.query(makeRoomQuery, [maxKeptPerPerson, count]);
  }

  async markOpened(loginHash: string, openedBy: UserId): Promise<void> {
    await this.#table().update({ loginHash }, { openedBy, openedAt: new Date() });
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

  /** What the waiting client asks about, confirmed or not. */
  async findPolled(pollHash: TokenHash): Promise<WebLoginEntity | undefined> {
    return (await this.#table().findOneBy({ pollHash, expiresAt: MoreThan(new Date()) })) ?? undefined;
  }

  /** The same, confirmed by that user, for one at a time: of fifty that ask at once, one makes the token. */
  async lockConfirmed(
    manager: EntityManager,
    by: { readonly pollHash: TokenHash; readonly confirmedBy: UserId },
  ): Promise<WebLoginEntity | undefined> {
    const where = { ...by, expiresAt: MoreThan(new Date()) };
    return (await this.#table(manager).findOne({ where, lock: { mode: 'pessimistic_write' } })) ?? undefined;
  }

  async handOut(
    manager: EntityManager,
    { webLoginId }: Pick<WebLoginEntity, 'webLoginId'>,
    handedOut: { readonly tokenId: TokenId; readonly sealedToken: Buffer; readonly expiresAt: Date },
  ): Promise<void> {
    await this.#table(manager).update({ webLoginId }, handedOut);
  }

  async endConfirmedBy(manager: EntityManager, confirmedBy: UserId): Promise<void> {
    await this.#table(manager).delete({ confirmedBy });
  }

  #table(manager: EntityManager = this.dataSource.manager) {
    return manager.getRepository(WebLoginEntity);
  }
}
