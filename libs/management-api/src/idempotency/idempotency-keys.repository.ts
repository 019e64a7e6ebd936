import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';

/** Who works on a key, and until when nobody else does. */
export interface Claim {
  readonly keyId: Buffer;
  readonly requestMac: Buffer;
  readonly claim: string;
  readonly claimedUntil: Date;
  readonly expiresAt: Date;
}

export interface KnownKey {
  readonly requestMac: Buffer;
  readonly applied: boolean;
  readonly claimed: boolean;
  readonly sealedAnswer: Buffer | null;
}

interface KeyRow {
  readonly request_mac: Buffer;
  readonly applied: boolean;
  readonly claimed: boolean;
  readonly sealed_answer: Buffer | null;
}

/** Expired rows removed per claim: more than one, so that there are never many. */
const swept = 10;

@Injectable()
export class IdempotencyKeysRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** One of many wins: a new key, an expired one, or one whose worker is gone and has changed nothing. */
  async claim({ keyId, requestMac, claim, claimedUntil, expiresAt }: Claim): Promise<boolean> {
    const rows = await this.dataSource.query<unknown[]>(
      `INSERT INTO idempotency_keys AS k (key_id, request_mac, claim, claimed_until, applied, expires_at)
       VALUES ($1, $2, $3, $4, false, $5)
       ON CONFLICT (key_id) DO UPDATE
         SET request_mac = excluded.request_mac, claim = excluded.claim, claimed_until = excluded.claimed_until,
             applied = false, sealed_answer = NULL, expires_at = excluded.expires_at
       WHERE k.expires_at < now()
          OR (k.claimed_until < now() AND NOT k.applied AND k.sealed_answer IS NULL AND k.request_mac = excluded.request_mac)
       RETURNING 1`,
      [keyId, requestMac, claim, claimedUntil, expiresAt],
    );
    return rows.length === 1;
  }

  async find(keyId: Buffer): Promise<KnownKey | undefined> {
    const [row] = await this.dataSource.query<KeyRow[]>(
      `SELECT request_mac, applied, claimed_until >= now() AS claimed, sealed_answer
         FROM idempotency_keys WHERE key_id = $1`,
      [keyId],
    );
    if (row === undefined) return undefined;
    const { request_mac: requestMac, applied, claimed, sealed_answer: sealedAnswer } = row;
    return { requestMac, applied, claimed, sealedAnswer };
  }

  /** In the transaction of the change. False: somebody else has taken over, and this change must not be. */
  async markApplied(manager: EntityManager, keyId: Buffer, claim: string): Promise<boolean> {
    const [, affected] = await manager.query<[unknown, number]>(
      `UPDATE idempotency_keys SET applied = true WHERE key_id = $1 AND claim = $2`,
      [keyId, claim],
    );
    return affected === 1;
  }

  async keepAnswer(keyId: Buffer, claim: string, sealedAnswer: Buffer): Promise<void> {
    await this.dataSource.query(`UPDATE idempotency_keys SET sealed_answer = $3 WHERE key_id = $1 AND claim = $2`, [
      keyId,
      claim,
      sealedAnswer,
    ]);
  }

  /** Gives the key back, so that the same request can be sent again; with `unlessApplied` only if nothing was changed. */
  async release(keyId: Buffer, claim: string, options: { readonly unlessApplied: boolean }): Promise<void> {
    await this.dataSource.query(
      `DELETE FROM idempotency_keys WHERE key_id = $1 AND claim = $2 AND NOT (applied AND $3)`,
      [keyId, claim, options.unlessApplied],
    );
  }

  async sweep(): Promise<void> {
    await this.dataSource.query(
      `DELETE FROM idempotency_keys WHERE key_id IN
         (SELECT key_id FROM idempotency_keys WHERE expires_at < now() ORDER BY expires_at LIMIT $1
          FOR UPDATE SKIP LOCKED)`,
      [swept],
    );
  }
}
