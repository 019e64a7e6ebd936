import { Injectable } from '@nestjs/common';
import { packagePurl, publisherId, repositoryId } from '@waybill/contracts';
import type { OrganizationId, PackagePurl, PublisherId, RepositoryId } from '@waybill/domain';
import { type TrustedPublisherDraft } from '@waybill/trusted-publishing';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { publisherActions } from './publisher-actions.rules.js';

export interface PublisherFilter {
  readonly organizationId: OrganizationId;
  readonly after?: PublisherId | undefined;
  readonly limit: number;
  readonly publisherId?: PublisherId | undefined;
  readonly issuer?: string | undefined;
  /** Only those that reach into this repository. */
  readonly repositoryId?: RepositoryId | undefined;
  /** Only those that reach this package: of that repository, or of any. */
  readonly packagePurl?: PackagePurl | undefined;
  /** Whether only those of their targets are told that reach there. */
  readonly thereOnly?: boolean;
}

const rows = z.array(
  z.object({
    publisherId,
    issuer: z.string(),
    rule: z.custom<TrustedPublisherDraft>((value) => typeof value === 'object' && value !== null),
    actions: z.array(z.enum(publisherActions)),
    version: z.int(),
    createdAt: z.date(),
    updatedAt: z.date(),
    firstUsedAt: z.date().nullable(),
    lastUsedAt: z.date().nullable(),
    targets: z.array(
      z.object({
        kind: z.enum(['package', 'pattern', 'repository']),
        repositoryId: repositoryId.nullable(),
        repository: z.string().nullable(),
        packagePurl: packagePurl.nullable(),
        purlPrefix: z.string().nullable(),
        pending: z.boolean(),
        expiresAt: z.string().nullable(),
      }),
    ),
  }),
);
export type ListedPublisher = z.infer<typeof rows>[number];

const reaches = `(t.expires_at IS NULL OR t.expires_at > now())
  AND ($5::uuid IS NULL OR coalesce(t.repository_id = $5, true))
  AND ($6::text IS NULL OR coalesce(t.package_purl = $6, starts_with($6, t.purl_prefix), true))`;

const listQuery = `
  SELECT p.publisher_id AS "publisherId", p.issuer, p.rule, p.actions, p.version, p.created_at AS "createdAt",
         p.updated_at AS "updatedAt", p.first_used_at AS "firstUsedAt", p.last_used_at AS "lastUsedAt", found.targets
  FROM trusted_publishers p CROSS JOIN LATERAL (
    SELECT jsonb_agg(jsonb_build_object('kind', t.kind, 'repositoryId', t.repository_id, 'repository', r.slug,
      'packagePurl', t.package_purl, 'purlPrefix', t.purl_prefix, 'pending', t.pending, 'expiresAt', t.expires_at)
      ORDER BY t.target) FILTER (WHERE NOT $7 OR (${reaches})) AS targets, bool_or(${reaches}) AS reaches
    FROM trusted_publisher_targets t LEFT JOIN known_repositories r ON r.repository_id = t.repository_id
    WHERE t.publisher_id = p.publisher_id) found
  WHERE p.organization_id = $1 AND p.ended_at IS NULL AND found.reaches
    AND ($2::uuid IS NULL OR p.publisher_id > $2)
    AND ($3::uuid IS NULL OR p.publisher_id = $3)
    AND ($4::text IS NULL OR p.issuer = $4)
  ORDER BY p.publisher_id LIMIT $8`;

@Injectable()
export class PublisherListRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Those that have not ended, with the names of what they are for, in the order of their ids. */
  async list(filter: PublisherFilter): Promise<ListedPublisher[]> {
    const { organizationId, after, publisherId: id, issuer, repositoryId: repository, packagePurl: purl } = filter;
    const found: unknown = await this.dataSource.query(listQuery, [
      organizationId,
      after ?? null,
      id ?? null,
      issuer ?? null,
      repository ?? null,
      purl ?? null,
      filter.thereOnly ?? false,
      filter.limit,
    ]);
    return rows.parse(found);
  }
}
