import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { PackagePurl, RepositoryId } from '@waybill/domain';
import type { EntityManager } from 'typeorm';
import { z } from 'zod';
import type { VerifiedIdToken } from '../oidc-issuers/verified-id-token.js';
import { tokenUsed } from './exchange.errors.js';

export interface TokenUse {
  readonly repositoryId: RepositoryId;
  /** Without: all of the repository that the token reaches. */
  readonly packagePurl: PackagePurl | undefined;
}

/** A job that publishes more packages than that with one token asks for another. */
const maxUses = 1000;

// One statement claims: whoever comes second waits for the row and then sees what the first one wrote (security.md T2).
const claimQuery = `
  INSERT INTO oidc_replays AS known (issuer, replay_key, uses, forget_at) VALUES ($1, $2, ARRAY[$3::text], $5)
  ON CONFLICT ON CONSTRAINT oidc_replays_pk DO UPDATE
    SET uses = known.uses || $3::text, forget_at = greatest(known.forget_at, excluded.forget_at)
    WHERE cardinality(known.uses) < ${maxUses}
      AND NOT EXISTS (
        SELECT FROM unnest(known.uses) AS used
        WHERE used = $3 OR used = $4 OR ($3 = $4 AND starts_with(used, left($4, -1))))
  RETURNING 1`;

const forgetQuery = `
  DELETE FROM oidc_replays WHERE (issuer, replay_key) IN (
    SELECT issuer, replay_key FROM oidc_replays WHERE forget_at < now() ORDER BY forget_at LIMIT $1 FOR UPDATE SKIP LOCKED)`;

// What TypeORM's query() gives for a DELETE: rows and their number.
const forgotten = z.tuple([z.array(z.unknown()), z.number()]);

/** Which ID tokens were exchanged, and for what. */
@Injectable()
export class OidcReplaysRepository {
  /**
   * Writes down that a token is used, in the transaction that mints: once per package, as clients exchange one for each package of a
   * workspace (pitfall 16), or once for all of a repository. Throws `conflict` `oidc.token-used`.
   */
  async claim(manager: EntityManager, { issuer, replayKey, times }: VerifiedIdToken, use: TokenUse): Promise<void> {
    const all = `${use.repositoryId}/*`;
    const what = use.packagePurl === undefined ? all : `${use.repositoryId}/${use.packagePurl}`;
    const key = createHash('sha256').update(replayKey).digest();
    const claimed: unknown[] = await manager.query(claimQuery, [issuer.url, key, what, all, times.replayUntil]);
    if (claimed.length === 0) throw tokenUsed();
  }

  /** Forgets tokens that nobody could use any more, with a margin (T1); answers how many they were. */
  async forget(manager: EntityManager, atMost: number): Promise<number> {
    return forgotten.parse(await manager.query(forgetQuery, [atMost]))[1];
  }
}
