import { Injectable } from '@nestjs/common';
import { action, userId } from '@waybill/contracts';
import type { OrganizationId, PackagePurl, RepositoryId, UserId } from '@waybill/domain';
import { DataSource, type EntityManager, In, IsNull, LessThanOrEqual } from 'typeorm';
import { z } from 'zod';
import type { TeamId } from '../teams/team.entity.js';
import type { GrantId } from './grant.entity.js';
import { GrantEntity } from './grant.entity.js';
import { grantRoles } from './grant-role.js';

export interface GrantFilter {
  readonly organizationId: OrganizationId;
  readonly after?: GrantId | undefined;
  readonly limit: number;
  readonly teamId?: TeamId | undefined;
  readonly userId?: UserId | undefined;
  readonly kind?: GrantEntity['kind'] | undefined;
  readonly repositoryId?: RepositoryId | undefined;
  readonly packagePurl?: PackagePurl | undefined;
}

const listedRows = z.array(
  z.object({
    from: z.enum(['given', 'source']),
    grantId: z.uuid(),
    team: z.string().nullable(),
    username: z.string().nullable(),
    userKind: z.enum(['person', 'service']).nullable(),
    kind: z.enum(['organization', 'repository', 'package', 'pattern']),
    repository: z.string().nullable(),
    packagePurl: z.string().nullable(),
    purlPrefix: z.string().nullable(),
    role: z.enum(grantRoles).nullable(),
    actions: z.array(action),
    version: z.int(),
    createdAt: z.date(),
    updatedAt: z.date(),
  }),
);
export type ListedGrant = z.infer<typeof listedRows>[number];

const listed = `
  SELECT 'given' AS "from", g.grant_id AS "grantId", t.name AS team, u.username, u.kind AS "userKind", g.kind, r.slug AS repository,
         g.package_purl AS "packagePurl", g.purl_prefix AS "purlPrefix", g.role, g.actions, g.version,
         g.created_at AS "createdAt", g.updated_at AS "updatedAt"
  FROM grants g LEFT JOIN teams t ON t.team_id = g.team_id LEFT JOIN users u ON u.user_id = g.user_id
    LEFT JOIN known_repositories r ON r.repository_id = g.repository_id`;

// What sources give, in the same columns (ADR 0050).
const inherited = `
  SELECT 'source', i.inherited_role_id, NULL, u.username, u.kind, 'package', r.slug, i.package_purl, NULL, NULL, i.actions, 1,
         i.given_at, i.given_at
  FROM inherited_roles i JOIN users u ON u.user_id = i.user_id
    JOIN known_repositories r ON r.repository_id = i.repository_id AND r.organization_id = i.organization_id AND NOT r.deleted`;

const userRows = z.array(z.object({ userId }));

const usersQuery = `
  SELECT DISTINCT user_id AS "userId" FROM (
    (SELECT user_id FROM grants WHERE grant_id = ANY($1) AND user_id IS NOT NULL LIMIT $2)
    UNION ALL
    (SELECT m.user_id FROM grants g JOIN team_members m USING (team_id) WHERE g.grant_id = ANY($1) LIMIT $2)) found
  LIMIT $2`;

const granteesQuery = `
  SELECT u.username, bool_or('publish' = ANY (g.actions)) AS writes
  FROM grants g JOIN organizations o USING (organization_id) LEFT JOIN team_members m ON m.team_id = g.team_id
    JOIN users u ON u.user_id = coalesce(g.user_id, m.user_id) AND NOT u.suspended
      AND (NOT o.two_factor_required OR u.kind = 'service' OR u.two_factor_enabled_at IS NOT NULL)
  WHERE g.organization_id = $1 AND g.actions && ARRAY['read', 'publish']
    AND CASE g.kind
          WHEN 'organization' THEN true
          WHEN 'repository' THEN g.repository_id = $2
          WHEN 'package' THEN g.repository_id = $2 AND g.package_purl = $3
          ELSE (g.repository_id IS NULL OR g.repository_id = $2) AND starts_with($3, g.purl_prefix)
        END
  GROUP BY u.username ORDER BY u.username LIMIT $4`;

const granteeRows = z.array(z.object({ username: z.string(), writes: z.boolean() }));

@Injectable()
export class GrantsRepository {
  constructor(private readonly dataSource: DataSource) {}

  async insert(manager: EntityManager, grant: Omit<GrantEntity, 'version' | 'createdAt' | 'updatedAt'>): Promise<void> {
    await manager.getRepository(GrantEntity).insert(grant);
  }

  /** The grant of a subject on a target, if there is one. */
  async findOf(
    manager: EntityManager,
    {
      organizationId,
      teamId,
      userId: user,
      target,
    }: Pick<GrantEntity, 'organizationId' | 'teamId' | 'userId' | 'target'>,
  ): Promise<GrantEntity | undefined> {
    const rows = manager.getRepository(GrantEntity);
    if (teamId !== null) return (await rows.findOneBy({ organizationId, target, teamId })) ?? undefined;
    return user === null ? undefined : ((await rows.findOneBy({ organizationId, target, userId: user })) ?? undefined);
  }

  async find(
    organizationId: OrganizationId,
    grantId: GrantId,
    manager: EntityManager = this.dataSource.manager,
  ): Promise<GrantEntity | undefined> {
    return (await manager.getRepository(GrantEntity).findOneBy({ organizationId, grantId })) ?? undefined;
  }

  async change(
    manager: EntityManager,
    grant: GrantEntity,
    changes: Pick<GrantEntity, 'role' | 'actions' | 'grantedBy'>,
  ): Promise<void> {
    const { grantId, version } = grant;
    const fresh = { ...changes, version: version + 1, updatedAt: () => 'now()' };
    await manager.getRepository(GrantEntity).update({ grantId }, fresh);
  }

  async remove(manager: EntityManager, grantIds: readonly GrantId[]): Promise<void> {
    if (grantIds.length > 0) await manager.getRepository(GrantEntity).delete({ grantId: In([...grantIds]) });
  }

  /** What one organization gives to a subject. */
  count(
    manager: EntityManager,
    { organizationId, teamId, userId: user }: Pick<GrantEntity, 'organizationId' | 'teamId' | 'userId'>,
  ): Promise<number> {
    const subject = teamId === null ? { userId: user ?? IsNull() } : { teamId };
    return manager.getRepository(GrantEntity).countBy({ organizationId, ...subject });
  }

  ofTeam(teamId: TeamId, manager: EntityManager = this.dataSource.manager): Promise<GrantEntity[]> {
    return manager.getRepository(GrantEntity).findBy({ teamId });
  }

  /** With the names of what they are about, and with what sources give, in the order of their ids. */
  async list(filter: GrantFilter): Promise<ListedGrant[]> {
    const values: unknown[] = [];
    const given: string[] = [];
    const bySource: string[] = [];
    const named: readonly (readonly [given: string, bySource: string, unknown])[] = [
      ['g.organization_id =', 'i.organization_id =', filter.organizationId],
      ['g.grant_id >', 'i.inherited_role_id >', filter.after],
      ['g.team_id =', 'NULL::uuid =', filter.teamId],
      ['g.user_id =', 'i.user_id =', filter.userId],
      ['g.kind =', `'package' =`, filter.kind],
      ['g.repository_id =', 'i.repository_id =', filter.repositoryId],
      ['g.package_purl =', 'i.package_purl =', filter.packagePurl],
    ];
    for (const [condition, other, value] of named) {
      if (value === undefined) continue;
      const place = `$${values.push(value)}`;
      given.push(`${condition} ${place}`);
      bySource.push(`${other} ${place}`);
    }
    const limit = `$${values.push(filter.limit)}`;
    const query = `
      (${listed} WHERE ${given.join(' AND ')} ORDER BY g.grant_id LIMIT ${limit}) UNION ALL
      (${inherited} WHERE ${bySource.join(' AND ')} ORDER BY i.inherited_role_id LIMIT ${limit})
      ORDER BY "grantId" LIMIT ${limit}`;
    return listedRows.parse(await this.dataSource.query(query, values));
  }

  /** One that people gave, with the names of what it is about. */
  async findListed(organizationId: OrganizationId, grantId: GrantId): Promise<ListedGrant | undefined> {
    const query = `${listed} WHERE g.organization_id = $1 AND g.grant_id = $2`;
    return listedRows.parse(await this.dataSource.query(query, [organizationId, grantId]))[0];
  }

  /** Everybody whose access these grants are, at most `limit` of them. */
  async usersOf(manager: EntityManager, grantIds: readonly GrantId[], limit: number): Promise<UserId[]> {
    if (grantIds.length === 0) return [];
    return userRows.parse(await manager.query(usersQuery, [grantIds, limit])).map((row) => row.userId);
  }

  /** All that an organization gave on a repository and in it; with `packagePurl` on that package alone. */
  async onRepository(
    manager: EntityManager,
    {
      repositoryId,
      packagePurl,
      givenUntil,
    }: {
      readonly repositoryId: RepositoryId;
      readonly packagePurl?: PackagePurl;
      readonly givenUntil?: Date | undefined;
    },
  ): Promise<GrantId[]> {
    const where = {
      repositoryId,
      ...(packagePurl === undefined ? {} : { packagePurl }),
      ...(givenUntil === undefined ? {} : { updatedAt: LessThanOrEqual(givenUntil) }),
    };
    const rows = await manager.getRepository(GrantEntity).find({ where, select: { grantId: true } });
    return rows.map((row) => row.grantId);
  }

  /** Who was given a package to read or to publish, directly, in a team, or with something that it is part of. By username. */
  async granteesOf(
    {
      organizationId,
      repositoryId,
      packagePurl,
    }: {
      readonly organizationId: OrganizationId;
      readonly repositoryId: RepositoryId;
      readonly packagePurl: PackagePurl;
    },
    limit: number,
  ): Promise<{ readonly username: string; readonly writes: boolean }[]> {
    const parameters = [organizationId, repositoryId, packagePurl, limit];
    return granteeRows.parse(await this.dataSource.query(granteesQuery, parameters));
  }
}
