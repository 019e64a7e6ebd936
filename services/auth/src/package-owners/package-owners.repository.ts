import { Injectable } from '@nestjs/common';
import { userId } from '@waybill/contracts';
import type { OrganizationId, PackagePurl, RepositoryId, UserId } from '@waybill/domain';
import type { StatementPart } from '@waybill/persistence';
import { runJoined } from '@waybill/persistence';
import { DataSource, type EntityManager, In } from 'typeorm';
import { z } from 'zod';
import { PackageOwnerEntity } from './package-owner.entity.js';
import { PackageOwnershipEntity } from './package-ownership.entity.js';

export interface PackageKey {
  readonly repositoryId: RepositoryId;
  readonly packagePurl: PackagePurl;
}

export type NamedUser = Pick<Owner, 'userId' | 'username'>;

const ownerRows = z.array(z.object({ userId, username: z.string(), suspended: z.boolean(), granted: z.boolean() }));
export type Owner = z.infer<typeof ownerRows>[number];

const ownersQuery = `
  SELECT u.user_id AS "userId", u.username, u.suspended, o.granted
  FROM package_owners o JOIN users u ON u.user_id = o.user_id
  WHERE o.repository_id = $1 AND o.package_purl = $2
  ORDER BY u.username`;

// One row unless it is known.
const unlearnedQuery = `
  SELECT u.user_id AS "userId", u.username
  FROM (VALUES ($4::uuid)) AS publisher (user_id) LEFT JOIN users u USING (user_id)
  WHERE NOT EXISTS (
    SELECT 1 FROM package_ownerships
    WHERE repository_id = $1 AND package_purl = $2
      AND CASE WHEN learned_from IS NULL THEN event_version > 0 ELSE learned_from <= $3 END)`;

const ownershipInsert = `
  INSERT INTO package_ownerships (repository_id, package_purl, organization_id, learned_from, event_version)
  VALUES ($1, $2, $3, $4, 1)
  ON CONFLICT ON CONSTRAINT package_ownerships_pk DO NOTHING
  RETURNING repository_id, package_purl`;

const ownerInsert = `
  INSERT INTO package_owners (repository_id, package_purl, user_id, granted)
  SELECT repository_id, package_purl, $1::uuid, false FROM ownership WHERE $1::uuid IS NOT NULL`;

@Injectable()
export class PackageOwnersRepository {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Undefined: it is known from people, or from as early an event, who owns the package, and one of version `from` tells
   * nothing. Else who published, if there is such a user.
   */
  async unlearned(
    { repositoryId, packagePurl }: PackageKey,
    { from, publisher }: { readonly from: number; readonly publisher: UserId | null },
  ): Promise<{ readonly publisher: NamedUser | undefined } | undefined> {
    const parameters = [repositoryId, packagePurl, from, publisher];
    const [row] = await this.dataSource.query<(NamedUser | { userId: null })[]>(unlearnedQuery, parameters);
    if (row === undefined) return undefined;
    return { publisher: row.userId === null ? undefined : row };
  }

  /**
   * Writes down the first owner, as version 1, with what announces it, in one statement. False, and nothing is written:
   * something is known of the package already. `announcement` is a part for each row of `source`.
   */
  async learnFirst(
    { repositoryId, packagePurl }: PackageKey,
    first: {
      readonly organizationId: OrganizationId;
      readonly owner: UserId | undefined;
      readonly learnedFrom: number;
    },
    announcement: (manager: EntityManager, source: string) => StatementPart,
  ): Promise<boolean> {
    const { manager } = this.dataSource;
    const ownership = {
      text: ownershipInsert,
      values: [repositoryId, packagePurl, first.organizationId, first.learnedFrom],
    };
    const owner = { text: ownerInsert, values: [first.owner ?? null] };
    const parts = { ownership, owner, announced: announcement(manager, 'ownership') };
    return (await runJoined(manager, parts, 'SELECT repository_id FROM ownership')).length > 0;
  }

  /** Makes the row if there is none, and keeps others from changing the owners until the transaction ends. */
  async lock(manager: EntityManager, key: PackageKey, organizationId: OrganizationId): Promise<PackageOwnershipEntity> {
    const { repositoryId, packagePurl } = key;
    const fresh = { repositoryId, packagePurl, organizationId, learnedFrom: null, eventVersion: 0 };
    await manager.createQueryBuilder().insert().into(PackageOwnershipEntity).values(fresh).orIgnore().execute();
    return manager
      .getRepository(PackageOwnershipEntity)
      .findOneOrFail({ where: { repositoryId, packagePurl }, lock: { mode: 'pessimistic_write' } });
  }

  async save(
    manager: EntityManager,
    { repositoryId, packagePurl }: PackageKey,
    changes: Pick<PackageOwnershipEntity, 'learnedFrom' | 'eventVersion'>,
  ): Promise<void> {
    await manager.getRepository(PackageOwnershipEntity).update({ repositoryId, packagePurl }, changes);
  }

  /** By username. */
  async owners({ repositoryId, packagePurl }: PackageKey, manager = this.dataSource.manager): Promise<Owner[]> {
    return ownerRows.parse(await manager.query(ownersQuery, [repositoryId, packagePurl]));
  }

  async find({ repositoryId, packagePurl }: PackageKey): Promise<PackageOwnershipEntity | undefined> {
    const row = await this.dataSource.getRepository(PackageOwnershipEntity).findOneBy({ repositoryId, packagePurl });
    return row ?? undefined;
  }

  async add(manager: EntityManager, key: PackageKey, users: readonly UserId[], granted: boolean): Promise<void> {
    const { repositoryId, packagePurl } = key;
    const rows = users.map((id) => ({ repositoryId, packagePurl, userId: id, granted }));
    if (rows.length > 0) await manager.getRepository(PackageOwnerEntity).insert(rows);
  }

  async remove(manager: EntityManager, key: PackageKey, users: readonly UserId[]): Promise<void> {
    const { repositoryId, packagePurl } = key;
    if (users.length === 0) return;
    await manager.getRepository(PackageOwnerEntity).delete({ repositoryId, packagePurl, userId: In([...users]) });
  }

  /** How many packages of an organization somebody was made an owner of. */
  async countGranted(
    manager: EntityManager,
    owner: { readonly organizationId: OrganizationId; readonly userId: UserId },
  ): Promise<number> {
    const rows: unknown = await manager.query(
      `SELECT count(*)::int AS count FROM package_owners o JOIN package_ownerships p USING (repository_id, package_purl)
       WHERE o.user_id = $1 AND o.granted AND p.organization_id = $2`,
      [owner.userId, owner.organizationId],
    );
    return z.tuple([z.object({ count: z.int() })]).parse(rows)[0].count;
  }

  /** Who leaves an organization stays named as an owner of its packages, and may do nothing by that. */
  async endGrants(
    manager: EntityManager,
    member: { readonly organizationId: OrganizationId; readonly userId: UserId },
  ): Promise<void> {
    await manager.query(
      `UPDATE package_owners o SET granted = false FROM package_ownerships p
       WHERE p.repository_id = o.repository_id AND p.package_purl = o.package_purl
         AND p.organization_id = $1 AND o.user_id = $2 AND o.granted`,
      [member.organizationId, member.userId],
    );
  }

  /**
   * Owners of packages that went to another organization stay named, and may do nothing by that (T11): all of the repository's,
   * or one package's. Whose access it was.
   */
  async endGrantsIn(
    manager: EntityManager,
    place: { readonly repositoryId: RepositoryId; readonly packagePurl?: PackagePurl },
  ): Promise<UserId[]> {
    const rows: unknown = await manager.query(
      `WITH ended AS (
         UPDATE package_owners SET granted = false
         WHERE repository_id = $1 AND ($2::text IS NULL OR package_purl = $2) AND granted RETURNING user_id)
       SELECT DISTINCT user_id AS "userId" FROM ended`,
      [place.repositoryId, place.packagePurl ?? null],
    );
    return z
      .array(z.object({ userId }))
      .parse(rows)
      .map((row) => row.userId);
  }

  /** The packages of a repository are another organization's from now on. */
  async changeOrganization(
    manager: EntityManager,
    repositoryId: RepositoryId,
    organizationId: OrganizationId,
  ): Promise<void> {
    await manager.getRepository(PackageOwnershipEntity).update({ repositoryId }, { organizationId });
  }
}
