import { Injectable } from '@nestjs/common';
import { tokenId } from '@waybill/contracts';
import type { EntityManager } from 'typeorm';
import { z } from 'zod';

const expiring = z.object({ tokenId, prefix: z.string(), description: z.string(), expiresAt: z.date() });
export type ExpiringToken = z.infer<typeof expiring>;
// What TypeORM's query() gives for an UPDATE: rows and their number.
const expiringRows = z.tuple([z.array(expiring), z.number()]);
const ids = z.array(z.object({ tokenId }));

const maxAtOnce = 500;
const keptDays = 30;

@Injectable()
export class TokenCareRepository {
  /** Whether this replica is to do it now; until the transaction ends no other does. */
  async takeTurn(manager: EntityManager): Promise<boolean> {
    const rows = z
      .tuple([z.object({ mine: z.boolean() })])
      .parse(
        await manager.query(`SELECT pg_try_advisory_xact_lock(hashtext(current_schema() || '.token-care')) AS mine`),
      );
    return rows[0].mine;
  }

  /**
   * Tokens whose owner has not been told yet that they end within 14 days, or within 3; marks them as told. One that was
   * made for so short a time is no surprise.
   */
  async claimExpiring(manager: EntityManager): Promise<ExpiringToken[]> {
    const result: unknown = await manager.query(claimQuery);
    return expiringRows.parse(result)[0];
  }

  /** Tokens that nobody has used for so many days. */
  async findUnused(manager: EntityManager, days: number): Promise<z.infer<typeof ids>> {
    const rows: unknown = await manager.query(
      `SELECT token_id AS "tokenId" FROM tokens
       WHERE revoked_at IS NULL AND expires_at > now() AND parent_id IS NULL
         AND greatest(last_used_at, created_at) < now() - make_interval(days => $1)
       ORDER BY token_id LIMIT ${maxAtOnce}`,
      [days],
    );
    return ids.parse(rows);
  }

  /** Tokens made from tokens are many and short: they go a while after their end. What they did is in the audit. */
  async deleteEnded(manager: EntityManager): Promise<void> {
    await manager.query(
      `DELETE FROM tokens WHERE token_id IN (
         SELECT token_id FROM tokens WHERE parent_id IS NOT NULL AND expires_at < now() - make_interval(days => $1)
         ORDER BY expires_at LIMIT ${maxAtOnce})`,
      [keptDays],
    );
  }
}

const claimQuery = `
  UPDATE tokens SET warned_days = CASE WHEN expires_at <= now() + interval '3 days' THEN 3 ELSE 14 END
  WHERE token_id IN (
    SELECT token_id FROM tokens
    WHERE revoked_at IS NULL AND parent_id IS NULL AND expires_at > now()
      AND ((warned_days IS NULL AND expires_at <= now() + interval '14 days'
            AND expires_at - created_at > interval '14 days')
        OR (coalesce(warned_days, 14) > 3 AND expires_at <= now() + interval '3 days'
            AND expires_at - created_at > interval '3 days'))
    ORDER BY expires_at LIMIT ${maxAtOnce} FOR NO KEY UPDATE SKIP LOCKED)
  RETURNING token_id AS "tokenId", prefix, description, expires_at AS "expiresAt"`;
