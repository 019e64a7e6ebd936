import { Injectable } from '@nestjs/common';
import { tokenHash } from '@waybill/contracts';
import type { SessionId, TokenHash, UserId } from '@waybill/domain';
import { DataSource, type EntityManager } from 'typeorm';
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

  /** The hash of the session, if there was one. */
  async end(manager: EntityManager, sessionId: SessionId): Promise<TokenHash | undefined> {
    const result: unknown = await manager.query(
      `DELETE FROM sessions WHERE session_id = $1 RETURNING session_hash AS "sessionHash"`,
      [sessionId],
    );
    return endedRows.parse(result)[0][0]?.sessionHash;
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
