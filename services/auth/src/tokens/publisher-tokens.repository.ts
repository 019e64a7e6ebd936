import { Injectable } from '@nestjs/common';
import { tokenId } from '@waybill/contracts';
import type { OrganizationId, PackagePurl, PublisherId, RepositoryId, TokenId } from '@waybill/domain';
import type { EntityManager } from 'typeorm';
import { z } from 'zod';

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

const ids = z.array(z.object({ tokenId }));
const working = `SELECT token_id AS "tokenId" FROM tokens
  WHERE kind = 'publisher' AND revoked_at IS NULL AND expires_at > now()`;

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
  async findWorking(manager: EntityManager, publisherIds: readonly PublisherId[]): Promise<TokenId[]> {
    return read(await manager.query(`${working} AND publisher_ids && $1::uuid[]`, [publisherIds]));
  }

  async findWorkingOfIssuer(manager: EntityManager, { issuer, organizationId }: IssuerOfTokens): Promise<TokenId[]> {
    const rows: unknown = await manager.query(
      `${working} AND release_path ->> 'issuer' = $1
         AND ($2::uuid IS NULL
           OR EXISTS (SELECT FROM users u WHERE u.user_id = tokens.user_id AND u.organization_id = $2))`,
      [issuer, organizationId],
    );
    return read(rows);
  }

  async findWorkingOn(manager: EntityManager, { repositoryId, packagePurl }: PlaceOfTokens): Promise<TokenId[]> {
    const rows: unknown = await manager.query(
      `${working} AND EXISTS (
         SELECT FROM jsonb_array_elements(scopes) AS scope
         WHERE scope #>> '{on,repositoryId}' = $1
           AND ($2::text IS NULL OR starts_with($2, coalesce(scope #>> '{on,purlPrefix}', ''))
             AND $2 = coalesce(scope #>> '{on,purl}', $2)))`,
      [repositoryId, packagePurl ?? null],
    );
    return read(rows);
  }

  /** What is long over; what it did is in the audit. Answers how many they were. */
  async forget(manager: EntityManager, atMost: number): Promise<number> {
    return forgotten.parse(await manager.query(forgetQuery, [keptDays, atMost]))[1];
  }
}

function read(rows: unknown): TokenId[] {
  return ids.parse(rows).map((row) => row.tokenId);
}
