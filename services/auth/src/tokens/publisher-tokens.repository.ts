import { Injectable } from '@nestjs/common';
import { organizationId, publisherId, tokenId, userId } from '@waybill/contracts';
import type { OrganizationId, PackagePurl, PublisherId, RepositoryId, TokenScope } from '@waybill/domain';
import type { EntityManager } from 'typeorm';
import { z } from 'zod';
import { tokenScopes } from './token-scopes.schema.js';

export interface IssuerOfTokens {
  /** As it stands in `iss`. */
  readonly issuer: string;
  /** Whose publishers; null for those of all organizations. */
  readonly organizationId: OrganizationId | null;
}

export interface PlaceOfTokens {
  readonly repositoryId: RepositoryId;
  /** Without, the whole repository. */
  readonly packagePurl?: PackagePurl;
}

const workingToken = z.object({ tokenId, userId, scopes: tokenScopes, publisherIds: z.array(publisherId) });
/** One that was minted for trusted publishers. */
export type WorkingToken = z.infer<typeof workingToken>;

// In the order of their ids: whoever ends some of them waits for whoever ends others, and never in a circle.
const working = (condition: string) => `
  SELECT token_id AS "tokenId", user_id AS "userId", scopes, publisher_ids AS "publisherIds" FROM tokens
  WHERE kind = 'publisher' AND revoked_at IS NULL AND expires_at > now() AND ${condition}
  ORDER BY token_id FOR NO KEY UPDATE`;

const ofPublishers = working('publisher_ids && $1::uuid[]');
const ofIssuer = working(`release_path ->> 'issuer' = $1 AND ($2::uuid IS NULL OR publisher_ids && ARRAY(
  SELECT publisher_id FROM trusted_publishers WHERE organization_id = $2))`);
const onPlace = working(`EXISTS (
  SELECT FROM jsonb_array_elements(scopes) AS scope
  WHERE scope #>> '{on,repositoryId}' = $1
    AND ($2::text IS NULL OR starts_with($2, coalesce(scope #>> '{on,purlPrefix}', ''))
      AND $2 = coalesce(scope #>> '{on,purl}', $2)))`);

const narrowQuery = `
  UPDATE tokens t SET scopes = fresh.scopes, publisher_ids = fresh.publisher_ids, was_shared = t.was_shared OR (
    SELECT count(DISTINCT organization_id) > 1 FROM trusted_publishers p WHERE p.publisher_id = ANY(t.publisher_ids))
  FROM jsonb_to_recordset($1::jsonb) AS fresh (token_id uuid, scopes jsonb, publisher_ids uuid[])
  WHERE t.token_id = fresh.token_id`;

const ownersQuery = `
  SELECT publisher_id AS "publisherId", organization_id AS "organizationId" FROM trusted_publishers
  WHERE publisher_id = ANY($1::uuid[])`;
const owners = z.array(z.object({ publisherId, organizationId }));

const keptDays = 7;
const forgetQuery = `
  DELETE FROM tokens WHERE token_id IN (
    SELECT token_id FROM tokens WHERE kind = 'publisher' AND expires_at < now() - make_interval(days => $1)
    ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED)`;

// What TypeORM's query() gives for a DELETE: rows and their number.
const forgotten = z.tuple([z.array(z.unknown()), z.number()]);

/** Tokens that were minted for trusted publishers. */
@Injectable()
export class PublisherTokensRepository {
  /** Those that work and were minted for one of them, locked; also the ones below. */
  async lockOf(manager: EntityManager, publisherIds: readonly PublisherId[]): Promise<WorkingToken[]> {
    return read(await manager.query(ofPublishers, [publisherIds]));
  }

  async lockOfIssuer(manager: EntityManager, { issuer, organizationId: of }: IssuerOfTokens): Promise<WorkingToken[]> {
    return read(await manager.query(ofIssuer, [issuer, of]));
  }

  async lockOn(manager: EntityManager, { repositoryId, packagePurl }: PlaceOfTokens): Promise<WorkingToken[]> {
    return read(await manager.query(onPlace, [repositoryId, packagePurl ?? null]));
  }

  /** Leaves locked tokens these scopes and the publishers that give them: at least one each. */
  async narrow(manager: EntityManager, tokens: readonly Omit<WorkingToken, 'userId'>[]): Promise<void> {
    if (tokens.length === 0) return;
    const rows = tokens.map(({ tokenId: id, scopes, publisherIds }) => ({
      token_id: id,
      scopes,
      publisher_ids: publisherIds,
    }));
    await manager.query(narrowQuery, [JSON.stringify(rows)]);
  }

  /** Whose publishers these are, also where they have ended. */
  async ownersOf(
    manager: EntityManager,
    publisherIds: readonly PublisherId[],
  ): Promise<ReadonlyMap<PublisherId, OrganizationId>> {
    const rows = owners.parse(await manager.query(ownersQuery, [publisherIds]));
    return new Map(rows.map((row) => [row.publisherId, row.organizationId]));
  }

  /** What is long over; what it did is in the audit. Answers how many they were. */
  async forget(manager: EntityManager, atMost: number): Promise<number> {
    return forgotten.parse(await manager.query(forgetQuery, [keptDays, atMost]))[1];
  }
}

function read(rows: unknown): WorkingToken[] {
  return z.array(workingToken).parse(rows);
}

/** Whether a scope lets somebody do something there. */
export function reaches({ on }: TokenScope, { repositoryId, packagePurl }: PlaceOfTokens): boolean {
  if (!('repositoryId' in on) || on.repositoryId !== repositoryId) return false;
  if (packagePurl === undefined || on.kind === 'repository') return true;
  return on.kind === 'package' ? on.purl === packagePurl : packagePurl.startsWith(on.purlPrefix);
}
