import { Injectable } from '@nestjs/common';
import type { SessionId, UserId } from '@waybill/domain';
import { DataSource, type EntityManager, Not } from 'typeorm';
import { SessionEntity } from './session.entity.js';

const maxSweptAtOnce = 100;

@Injectable()
export class SessionsRepository {
  constructor(private readonly dataSource: DataSource) {}

  async insert(manager: EntityManager, session: SessionEntity): Promise<void> {
    await this.#table(manager).insert(session);
  }

  /** Whether there was such a session. */
  async end(manager: EntityManager, sessionId: SessionId): Promise<boolean> {
    const { affected } = await this.#table(manager).delete({ sessionId });
    return affected === 1;
  }

  async endAllOf(manager: EntityManager, userId: UserId, except?: SessionId): Promise<void> {
    const where = except === undefined ? { userId } : { userId, sessionId: Not(except) };
    await this.#table(manager).delete(where);
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
