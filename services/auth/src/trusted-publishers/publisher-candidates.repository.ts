import { Injectable } from '@nestjs/common';
import { organizationId, packagePurl, publisherId, repositoryId, userId } from '@waybill/contracts';
import type { PublisherId } from '@waybill/domain';
import { runJoined, type StatementPart } from '@waybill/persistence';
import { providerNames, type TrustedPublisherDraft } from '@waybill/trusted-publishing';
import { DataSource, type EntityManager } from 'typeorm';
import { z } from 'zod';
import { publisherActions } from './publisher-actions.rules.js';
import type { PublisherCandidate, PublisherTarget, PublisherWish } from './publisher-wish.js';
import { TrustedPublisherEntity } from './trusted-publisher.entity.js';

/** One more than a publisher has of its own: of fewer nothing is left out but repositories of patterns that reach several anyway. */
const maxTargets = 101;
/** Of one target: a pattern over an organization is one in each of its repositories. */
const maxPlaces = 20;

const repositoryOfTarget = `
  SELECT k.repository_id, k.slug FROM known_repositories k
  WHERE k.repository_id = t.repository_id AND k.organization_id = p.organization_id AND NOT k.deleted AND ($5::text IS NULL OR k.slug = $5)
  UNION ALL
  SELECT k.repository_id, k.slug FROM known_repositories k
  WHERE t.repository_id IS NULL AND k.organization_id = p.organization_id AND NOT k.deleted AND ($5::text IS NULL OR k.slug = $5)`;

const isWanted = `t.publisher_id = p.publisher_id
      AND (t.expires_at IS NULL OR t.expires_at > now())
      AND starts_with(coalesce(t.package_purl, t.purl_prefix, $6), $6)
      AND ($7::text IS NULL OR coalesce(t.package_purl = $7, starts_with($7, t.purl_prefix), true))`;

// Publishers are chosen before their targets. However many others have, what something was published through comes first, and then one of
// each organization after the other: nobody is crowded out by who names the same project.
const candidatesQuery = `
  WITH trusting AS (
    SELECT p.*, row_number() OVER (PARTITION BY p.organization_id
      ORDER BY p.first_published_at IS NULL, p.first_used_at IS NULL, p.created_at, p.publisher_id) AS turn
    FROM trusted_publishers p
    WHERE p.issuer = $1 AND p.lookup_key = ANY($2) AND p.ended_at IS NULL
      AND ($3::uuid[] IS NULL OR p.organization_id = ANY($3))
      AND ($4::uuid IS NULL OR p.publisher_id = $4)
      AND EXISTS (
        SELECT FROM trusted_publisher_targets t WHERE ${isWanted} AND EXISTS (${repositoryOfTarget}))),
  chosen AS MATERIALIZED (
    SELECT * FROM trusting p ORDER BY p.first_published_at IS NULL, p.turn, p.created_at, p.publisher_id LIMIT $8)
  SELECT p.publisher_id AS "publisherId", p.organization_id AS "organizationId", p.provider, p.issuer, p.lookup_key AS "lookupKey",
         p.rule, p.actions, p.created_by AS "createdBy", p.created_by_user_id AS "createdByUserId", p.version, p.created_at AS "createdAt", p.updated_at AS "updatedAt",
         p.first_used_at AS "firstUsedAt", p.last_used_at AS "lastUsedAt", p.first_published_at AS "firstPublishedAt",
         p.published_projects AS "publishedProjects", p.project_since AS "projectSince", p.ended_at AS "endedAt", found.targets
  FROM chosen p
  CROSS JOIN LATERAL (
    SELECT jsonb_agg(jsonb_build_object('targetId', r.target_id, 'kind', r.kind, 'repositoryId', r.repository_id,
      'repository', r.slug, 'packagePurl', r.package_purl, 'purlPrefix', r.purl_prefix, 'pending', r.pending,
      'everywhere', r.everywhere) ORDER BY r.slug, r.target_id) AS targets
    FROM (
      SELECT t.target_id, t.kind, t.package_purl, t.purl_prefix, t.pending, t.repository_id IS NULL AS everywhere,
             places.repository_id, places.slug
      FROM trusted_publisher_targets t
      CROSS JOIN LATERAL (SELECT * FROM (${repositoryOfTarget}) one ORDER BY one.repository_id LIMIT ${maxPlaces}) places
      WHERE ${isWanted}
      ORDER BY t.target_id, places.repository_id LIMIT ${maxTargets}) r) found
  ORDER BY p.first_published_at IS NULL, p.turn, p.created_at, p.publisher_id`;

// Repositories that patterns over whole organizations reach stay where they are until the transaction ends: nothing locks such a publisher
// when one of them goes (T11). After what is locked `before`, and before any publisher is, as by who takes one away; each in the order of ids.
// Nobody waits for those that are left out where somebody else has locked them.
const heldText = (otherwise: string) => `
  SELECT k.repository_id, k.organization_id FROM unnest($1::uuid[], $2::uuid[]) AS wanted (repository_id, organization_id)
  JOIN known_repositories k USING (repository_id, organization_id)
  WHERE NOT k.deleted AND (SELECT count(*) FROM "before") = 1 ORDER BY k.repository_id FOR SHARE OF k ${otherwise}`;
const lockText = (held: string, otherwise: string) => `
  SELECT p.publisher_id, p.version FROM trusted_publishers p
  WHERE (SELECT count(*) FROM "before") = 1 AND (SELECT count(*) FROM "${held}") <= cardinality($2::uuid[])
    AND p.publisher_id = ANY($1::uuid[]) AND p.ended_at IS NULL
    AND (SELECT count(*) FROM "${held}" h WHERE h.organization_id = p.organization_id)
      = (SELECT count(*) FROM unnest($2::uuid[]) AS o (id) WHERE o.id = p.organization_id)
  ORDER BY p.publisher_id FOR NO KEY UPDATE ${otherwise}`;
const lockedRows = z.array(z.object({ publisherId, version: z.int() }));

const rows = z.array(
  z.object({
    publisherId,
    organizationId,
    provider: z.enum(providerNames),
    issuer: z.string(),
    lookupKey: z.string(),
    rule: z.custom<TrustedPublisherDraft>((value) => typeof value === 'object' && value !== null),
    actions: z.array(z.enum(publisherActions)),
    createdBy: z.string(),
    createdByUserId: userId.nullable(),
    version: z.int(),
    createdAt: z.date(),
    updatedAt: z.date(),
    firstUsedAt: z.date().nullable(),
    lastUsedAt: z.date().nullable(),
    firstPublishedAt: z.date().nullable(),
    publishedProjects: z.array(z.string()),
    projectSince: z.date().nullable(),
    endedAt: z.date().nullable(),
    targets: z.array(
      z.object({
        targetId: z.uuid(),
        kind: z.enum(['package', 'pattern', 'repository']),
        repositoryId,
        repository: z.string(),
        packagePurl: packagePurl.nullable(),
        purlPrefix: z.string().nullable(),
        pending: z.boolean(),
        everywhere: z.boolean(),
      }) satisfies z.ZodType<PublisherTarget>,
    ),
  }),
);

export interface CandidateSearch extends PublisherWish {
  /** Only this one. */
  readonly publisherId?: PublisherId;
}

@Injectable()
export class PublisherCandidatesRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Publishers by issuer and lookup key, through an index; at most `limit`. */
  async find(
    wish: CandidateSearch,
    limit: number,
    manager: EntityManager = this.dataSource.manager,
  ): Promise<PublisherCandidate[]> {
    if (wish.lookupKeys.length === 0) return [];
    const found = rows.parse(await manager.query(candidatesQuery, candidateParameters(wish, limit)));
    return found.map(({ targets, ...publisher }) => ({
      publisher: Object.assign(new TrustedPublisherEntity(), publisher),
      targets,
    }));
  }

  /**
   * Which of them are what they were when they were found, with all that they are for; nobody else changes, uses or ends these until the
   * transaction is over. `before`: a part of the same statement with one row, which is done first. `isLeftOut`: of these none is waited for
   * that somebody else has locked.
   */
  async lock(
    manager: EntityManager,
    found: readonly PublisherCandidate[],
    before: StatementPart,
    isLeftOut: (one: PublisherCandidate) => boolean = () => false,
  ): Promise<ReadonlySet<PublisherId>> {
    const others = found.filter(isLeftOut);
    const parts = {
      before,
      ...lockParts(
        found.filter((one) => !others.includes(one)),
        { held: 'held', locked: 'locked' },
        '',
      ),
      ...(others.length === 0 ? {} : lockParts(others, { held: 'free', locked: 'taken' }, 'SKIP LOCKED')),
    };
    const select = 'SELECT publisher_id AS "publisherId", version FROM';
    const all = others.length === 0 ? `${select} locked` : `${select} locked UNION ALL ${select} taken`;
    const rows = lockedRows.parse(await runJoined(manager, parts, all));
    const versions = new Map(rows.map((row) => [row.publisherId, row.version]));
    const same = found.filter(({ publisher }) => versions.get(publisher.publisherId) === publisher.version);
    return new Set(same.map(({ publisher }) => publisher.publisherId));
  }

  /** How the database looks for them, for the test that no table is read through. */
  async explain(wish: CandidateSearch, limit: number): Promise<string> {
    const plan: unknown = await this.dataSource.query(`EXPLAIN ${candidatesQuery}`, candidateParameters(wish, limit));
    return JSON.stringify(plan);
  }
}

function lockParts(
  found: readonly PublisherCandidate[],
  { held, locked }: { readonly held: string; readonly locked: string },
  otherwise: string,
): Record<string, StatementPart> {
  const reached = new Map(
    found.flatMap(({ publisher, targets }) =>
      targets.flatMap((target): [string, string][] =>
        target.everywhere ? [[target.repositoryId, publisher.organizationId]] : [],
      ),
    ),
  );
  const ids = found.map(({ publisher }) => publisher.publisherId);
  const organizations = [...reached.values()];
  return {
    [held]: { text: heldText(otherwise), values: [[...reached.keys()], organizations] },
    [locked]: { text: lockText(held, otherwise), values: [ids, organizations] },
  };
}

function candidateParameters(wish: CandidateSearch, limit: number): unknown[] {
  const organizations = wish.organizations === 'all' ? null : wish.organizations;
  const ecosystem = wish.ecosystem === undefined ? 'pkg:' : `pkg:${wish.ecosystem}/`;
  return [
    wish.issuer,
    wish.lookupKeys,
    organizations,
    wish.publisherId ?? null,
    wish.repository ?? null,
    ecosystem,
    wish.packagePurl ?? null,
    limit,
  ];
}
