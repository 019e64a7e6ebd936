import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { PackagePurl, RepositoryId } from '@waybill/domain';
import type { StatementPart } from '@waybill/persistence';
import type { EntityManager } from 'typeorm';
import { z } from 'zod';
import type { VerifiedIdToken } from '../oidc-issuers/verified-id-token.js';

export interface TokenUse {
  readonly repositoryId: RepositoryId;
  /** Without: all of the repository that the token reaches. */
  readonly packagePurl: PackagePurl | undefined;
}

/** A job that publishes more packages than that with one token, each in one repository, asks for another. */
const maxUses = 5000;

// One statement claims: whoever comes second waits for the row and then sees what the first one wrote (security.md T2).
const claimText = (source: string) => `
  INSERT INTO oidc_replays AS known (issuer, replay_key, uses, forget_at)
  SELECT $1::text, $2::bytea, $3::text[], $5::timestamptz FROM ${source}
  ON CONFLICT ON CONSTRAINT oidc_replays_pk DO UPDATE
    SET uses = known.uses || $3::text[], forget_at = greatest(known.forget_at, excluded.forget_at)
    WHERE cardinality(known.uses) + cardinality($3::text[]) <= ${maxUses}
      AND NOT EXISTS (
        SELECT FROM unnest(known.uses) AS used
        WHERE used = ANY($3::text[]) OR used = ANY($4::text[])
          OR EXISTS (SELECT FROM unnest($3::text[]) AS wanted WHERE wanted = ANY($4::text[]) AND starts_with(used, left(wanted, -1))))
  RETURNING 1`;

const forgetQuery = `
  DELETE FROM oidc_replays WHERE (issuer, replay_key) IN (
    SELECT issuer, replay_key FROM oidc_replays WHERE forget_at < now() ORDER BY forget_at LIMIT $1 FOR UPDATE SKIP LOCKED)`;

// What TypeORM's query() gives for a DELETE: rows and their number.
const forgotten = z.tuple([z.array(z.unknown()), z.number()]);

/** Which ID tokens were exchanged, and for what. */
@Injectable()
export class OidcReplaysRepository {
  /** Forgets tokens that nobody could use any more, with a margin (T1); answers how many they were. */
  async forget(manager: EntityManager, atMost: number): Promise<number> {
    return forgotten.parse(await manager.query(forgetQuery, [atMost]))[1];
  }
}

/**
 * Parts of a joined statement that write down that a token is used, in the statement that mints: once per package of a repository, as
 * clients exchange one for each package of a workspace (pitfall 16), or once for all of a repository. The last of them, `claimed`, has a row
 * if the part `source` has one and none of the uses was claimed before; the caller undoes the others where it has none.
 *
 * An issuer that is read in several ways can have several keys for one token: the uses of each reading are claimed by its own.
 */
export function claimParts(
  uses: readonly { readonly verified: VerifiedIdToken; readonly use: TokenUse }[],
  source: string,
): Record<string, StatementPart> {
  const byKey = [...Map.groupBy(uses, ({ verified }) => verified.replayKey)].toSorted(([one], [other]) =>
    one < other ? -1 : 1,
  );
  const claims = byKey.map(([, group], index): [string, StatementPart] => [`claim${index}`, claimPart(group, source)]);
  const names = claims.map(([name]) => `"${name}"`).join(', ');
  return { ...Object.fromEntries(claims), claimed: { text: `SELECT 1 FROM ${names}`, values: [] } };
}

function claimPart(group: Parameters<typeof claimParts>[0], source: string): StatementPart {
  const [first] = group;
  if (first === undefined) throw new Error('There is nothing to claim.');
  const { issuer, replayKey, times } = first.verified;
  const wanted = group.map(({ use }) => `${use.repositoryId}/${use.packagePurl ?? '*'}`);
  const wholes = group.map(({ use }) => `${use.repositoryId}/*`);
  const key = createHash('sha256').update(replayKey).digest();
  return { text: claimText(source), values: [issuer.url, key, wanted, wholes, times.replayUntil] };
}
