import { Injectable } from '@nestjs/common';
import { tokenHash } from '@waybill/contracts';
import type { SessionId, TokenHash, UserId } from '@waybill/domain';
import { DataSource, type EntityManager, MoreThan } from 'typeorm';
import { z } from 'zod';
import { SessionEntity } from './session.entity.js';

// What TypeORM's query() gives for a DELETE: rows and their number.
const endedRows = z.tuple([z.array(z.object({ sessionHash: tokenHash })), z.number()]);

const maxSweptAtOnce = 100;

@Injectable()
export class SessionsRepository {
  constructor(private readonly dataSource: DataSource) {}

  async insert(manager: EntityManager, session: SessionEntity): Promise<void> {
    await this.#table(manager).insert(session);
  }

  /** The hash of the user's session, if there was one (security.md A3). */
  async end(manager: EntityManager, userId: UserId, sessionId: SessionId): Promise<TokenHash | undefined> {
    const result: unknown = await manager.query(
      `DELETE FROM sessions WHERE session_id = $1 AND user_id = $2 RETURNING session_hash AS "sessionHash"`,
      [sessionId, userId],
    );
    return endedRows.parse(result)[0][0]?.sessionHash;
  }

  /** The user's sessions that are not over, newest first; their number is bounded. */
  listOf(userId: UserId, idleMinutes: number): Promise<SessionEntity[]> {
    const idleSince = new Date(Date.now() - idleMinutes * 60_000);
    const where = { userId, expiresAt: MoreThan(new Date()), lastUsedAt: MoreThan(idleSince) };
    return this.#table().find({ where, order: { createdAt: 'DESC', sessionId: 'ASC' } });
  }

  /** The person has just proven who they are, in this session. False when it is over. */
  async markProven(manager: EntityManager, userId: UserId, sessionId: SessionId): Promise<boolean> {
    const { affected } = await this.#table(manager).update({ userId, sessionId }, { provenAt: new Date() });
    return affected === 1;
  }

  /** In all sessions of the user but one, what is most dangerous asks for a proof again. */
  async unproveOthers(manager: EntityManager, userId: UserId, except: SessionId | undefined): Promise<void> {
    await manager.query(
      `UPDATE sessions SET proven_at = 'epoch' WHERE user_id = $1 AND session_id IS DISTINCT FROM $2::uuid`,
      [userId, except ?? null],
    );
  }

  async exists(manager: EntityManager, sessionId: SessionId): Promise<boolean> {
    return this.#table(manager).existsBy({ sessionId });
  }

  /** The hashes of those that it ended. */
  async endAllOf(manager: EntityManager, userId: UserId, except?: SessionId): Promise<TokenHash[]> {
    const result: unknown = await manager.query(
      `DELETE FROM sessions WHERE user_id = $1 AND session_id IS DISTINCT FROM $2::uuid
       RETURNING session_hash AS "sessionHash"`,
      [userId, except ?? null],
    );
    return endedRows.parse(result)[0].map((row) => row.sessionHash);
  }

  /** Ends the user's oldest sessions until `keep` are left. */
  async endOldestOf(manager: EntityManager, userId: UserId, keep: number): Promise<void> {
    await manager.query(
      `DELETE FROM sessions WHERE session_id IN (
         SELECT session_id FROM sessions WHERE user_id = $1 ORDER BY created_at DESC, session_id OFFSET $2)`,
      [userId, keep],
    );
  }

  /** Removes some sessions that are over, anybody's. */
  async sweep(manager: EntityManager): Promise<void> {
    await manager.query(
      `DELETE FROM sessions WHERE session_id IN (
         SELECT session_id FROM sessions WHERE expires_at < now() ORDER BY expires_at LIMIT $1 FOR UPDATE SKIP LOCKED)`,
      [maxSweptAtOnce],
    );
  }

  #table(manager: EntityManager = this.dataSource.manager) {
    return manager.getRepository(SessionEntity);
  }
}
