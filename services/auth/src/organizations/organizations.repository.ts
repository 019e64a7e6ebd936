import { Injectable } from '@nestjs/common';
import type { OrganizationId, Slug, UserId } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import { organizationId, userId } from '@waybill/contracts';
import { DataSource, type EntityManager, In, MoreThan } from 'typeorm';
import { z } from 'zod';
import { UserEntity } from '../users/user.entity.js';
import { OrganizationEntity } from './organization.entity.js';
import { RetiredOrganizationEntity } from './retired-organization.entity.js';

export type OrganizationSettings = Pick<
  OrganizationEntity,
  'displayName' | 'description' | 'basePermission' | 'twoFactorRequired' | 'privateMembers'
>;

const userRows = z.array(z.object({ userId }));
const organizationRows = z.array(z.object({ organizationId }));

// Each branch is found by an index, and stops at the limit.
const usersQuery = `
  SELECT DISTINCT user_id AS "userId" FROM (
    (SELECT user_id FROM memberships WHERE organization_id = $1 LIMIT $2)
    UNION ALL
    (SELECT m.user_id FROM teams t JOIN team_members m USING (team_id) WHERE t.organization_id = $1 LIMIT $2)
    UNION ALL
    (SELECT user_id FROM grants WHERE organization_id = $1 AND user_id IS NOT NULL LIMIT $2)
    UNION ALL
    (SELECT o.user_id FROM package_ownerships p JOIN package_owners o USING (repository_id, package_purl)
     WHERE p.organization_id = $1 AND o.granted LIMIT $2)) found
  LIMIT $2`;

@Injectable()
export class OrganizationsRepository {
  constructor(private readonly dataSource: DataSource) {}

  async insert(
    manager: EntityManager,
    organization: Pick<OrganizationEntity, 'organizationId' | 'name'>,
  ): Promise<void> {
    await this.#table(manager).insert(organization);
  }

  async findByName(name: Slug): Promise<OrganizationEntity | undefined> {
    return (await this.#table().findOneBy({ name })) ?? undefined;
  }

  async findById(organizationId: OrganizationId): Promise<OrganizationEntity | undefined> {
    return (await this.#table().findOneBy({ organizationId })) ?? undefined;
  }

  /** Organizations by name from after `after`: all, or those with the given ids. */
  list(after: string, limit: number, ids: readonly OrganizationId[] | 'all'): Promise<OrganizationEntity[]> {
    const name = MoreThan(after as Slug);
    const where = ids === 'all' ? { name } : { name, organizationId: In([...ids]) };
    return this.#table().find({ where, order: { name: 'ASC' }, take: limit });
  }

  /**
   * Keeps everybody else from changing what the organization has and gives (members, teams, grants) until the transaction
   * ends. Errors: `not-found` when it was deleted meanwhile.
   *
   * One order of locks for everybody, so that no two wait for each other: organizations by id, then what they have
   * (repositories, packages, invitations, teams), then the administrators of the installation, then users by id.
   */
  async lock(manager: EntityManager, organizationId: OrganizationId): Promise<OrganizationEntity> {
    const row = await this.lockIfThere(manager, organizationId);
    if (row !== undefined) return row;
    throw new DomainError('not-found', 'not-found', 'What you asked for was not found.');
  }

  /** The same, for what happens to an organization that may be gone: undefined then. */
  async lockIfThere(manager: EntityManager, organizationId: OrganizationId): Promise<OrganizationEntity | undefined> {
    const row = await this.#table(manager).findOne({ where: { organizationId }, lock: { mode: 'pessimistic_write' } });
    return row ?? undefined;
  }

  /**
   * Keeps others from changing what these organizations have and give, but not from doing the same: for who changes what is of
   * one user alone, whose row is locked next. Those that are there.
   */
  async share(manager: EntityManager, ids: readonly OrganizationId[]): Promise<ReadonlySet<OrganizationId>> {
    const query = `SELECT organization_id AS "organizationId" FROM organizations
      WHERE organization_id = ANY($1) ORDER BY organization_id FOR KEY SHARE`;
    const rows: unknown = ids.length === 0 ? [] : await manager.query(query, [ids]);
    return new Set(organizationRows.parse(rows).map((row) => row.organizationId));
  }

  /** Writes down what changed of a locked organization, as its next version. */
  async change(
    manager: EntityManager,
    organization: OrganizationEntity,
    changes: Partial<OrganizationSettings>,
  ): Promise<OrganizationEntity> {
    const version = organization.version + 1;
    await this.#table(manager).update({ organizationId: organization.organizationId }, { ...changes, version });
    return Object.assign(new OrganizationEntity(), organization, changes, { version });
  }

  /** With its memberships, teams and grants. Its name stays taken. */
  async remove(manager: EntityManager, { organizationId, name }: OrganizationEntity): Promise<void> {
    await manager.getRepository(RetiredOrganizationEntity).insert({ name, organizationId });
    await this.#table(manager).delete({ organizationId });
  }

  isRetired(manager: EntityManager, name: Slug): Promise<boolean> {
    return manager.getRepository(RetiredOrganizationEntity).existsBy({ name });
  }

  /** Everybody who is given anything by the organization, at most `limit` of them. */
  async usersOf(manager: EntityManager, organizationId: OrganizationId, limit: number): Promise<UserId[]> {
    const rows = userRows.parse(await manager.query(usersQuery, [organizationId, limit]));
    return rows.map((row) => row.userId);
  }

  countServiceAccounts(manager: EntityManager, organizationId: OrganizationId): Promise<number> {
    return manager.getRepository(UserEntity).countBy({ organizationId, kind: 'service', suspended: false });
  }

  #table(manager: EntityManager = this.dataSource.manager) {
    return manager.getRepository(OrganizationEntity);
  }
}
