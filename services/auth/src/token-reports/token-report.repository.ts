import { Injectable } from '@nestjs/common';
import { organizationId, repositoryId, tokenId } from '@waybill/contracts';
import type { OrganizationId, RepositoryId } from '@waybill/domain';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { tokenKinds } from '../tokens/token.entity.js';
import type { TokenPlace } from '../tokens/tokens.repository.js';
import { tokenCeilings, tokenScopes } from '../tokens/token-scopes.schema.js';

const reported = z.object({
  tokenId,
  kind: z.enum(tokenKinds),
  prefix: z.string(),
  owner: z.string(),
  scopes: tokenScopes,
  ceilings: tokenCeilings,
  createdAt: z.date(),
  expiresAt: z.date(),
  lastUsedAt: z.date().nullable(),
});
export type ReportedToken = z.infer<typeof reported>;

export interface ReportFilter {
  /** The installation's whole without. */
  readonly organizationId: OrganizationId | undefined;
  readonly unusedDays: number | undefined;
}

const known = z.array(z.object({ repositoryId, organizationId }));

@Injectable()
export class TokenReportRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Tokens that work, of whoever can have something from the organization; oldest first, from after `after`. */
  async batch(filter: ReportFilter, limit: number, after: TokenPlace | undefined): Promise<ReportedToken[]> {
    const rows: unknown = await this.dataSource.query(batchQuery, [
      filter.organizationId ?? null,
      filter.unusedDays ?? null,
      after?.createdAt ?? null,
      after?.tokenId ?? null,
      limit,
    ]);
    return z.array(reported).parse(rows);
  }

  async ownersOf(repositoryIds: readonly RepositoryId[]): Promise<Map<RepositoryId, OrganizationId>> {
    const rows: unknown = await this.dataSource.query(
      `SELECT repository_id AS "repositoryId", organization_id AS "organizationId"
       FROM known_repositories WHERE repository_id = ANY($1::uuid[])
       UNION SELECT repository_id, organization_id FROM deploy_accounts WHERE repository_id = ANY($1::uuid[])`,
      [repositoryIds],
    );
    return new Map(known.parse(rows).map((row) => [row.repositoryId, row.organizationId]));
  }
}

// Tokens that a job got for publishers of several organizations are in the report of none: each would see when the others' are used,
// also of what the others have ended meanwhile.
// To the millisecond, as places are written: otherwise a token would come after itself.
const batchQuery = `
  SELECT t.token_id AS "tokenId", t.kind, t.prefix, u.username AS owner, t.scopes, t.ceilings,
         t.created_at AS "createdAt", t.expires_at AS "expiresAt", t.last_used_at AS "lastUsedAt"
  FROM tokens t JOIN users u USING (user_id)
  WHERE t.revoked_at IS NULL AND t.expires_at > now() AND NOT u.suspended
    AND ($2::int IS NULL OR greatest(t.last_used_at, t.created_at) < now() - make_interval(days => $2))
    AND ($3::timestamptz IS NULL OR (date_trunc('milliseconds', t.created_at), t.token_id) > ($3, $4::uuid))
    AND ($1::uuid IS NULL OR (t.kind = 'publisher' AND NOT t.was_shared AND t.publisher_ids <@ ARRAY(
        SELECT publisher_id FROM trusted_publishers WHERE organization_id = $1)) OR t.user_id IN (
      SELECT user_id FROM memberships WHERE organization_id = $1
      UNION SELECT user_id FROM users WHERE organization_id = $1
      UNION SELECT user_id FROM grants WHERE organization_id = $1 AND user_id IS NOT NULL
      UNION SELECT m.user_id FROM team_members m JOIN teams USING (team_id) WHERE organization_id = $1
      UNION SELECT o.user_id FROM package_owners o JOIN package_ownerships USING (repository_id, package_purl)
        WHERE organization_id = $1 AND o.granted))
  ORDER BY date_trunc('milliseconds', t.created_at), t.token_id LIMIT $5`;
