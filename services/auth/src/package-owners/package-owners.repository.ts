import { Injectable } from '@nestjs/common';
import { userId } from '@waybill/contracts';
import type { OrganizationId, PackagePurl, RepositoryId, UserId } from '@waybill/domain';
import { DataSource, type EntityManager, In } from 'typeorm';
import { z } from 'zod';
import { PackageOwnerEntity } from './package-owner.entity.js';
import { PackageOwnershipEntity } from './package-ownership.entity.js';

export interface PackageKey {
  readonly repositoryId: RepositoryId;
  readonly packagePurl: PackagePurl;
}

const ownerRows = z.array(z.object({ userId, username: z.string(), suspended: z.boolean(), granted: z.boolean() }));
export type Owner = z.infer<typeof ownerRows>[number];

const ownersQuery = `
  SELECT u.user_id AS "userId", u.username, u.suspended, o.granted
  FROM package_owners o JOIN users u ON u.user_id = o.user_id
  WHERE o.repository_id = $1 AND o.package_purl = $2
  ORDER BY u.username`;

const knownQuery = `
  SELECT 1 FROM package_ownerships
  WHERE repository_id = $1 AND package_purl = $2
    AND CASE WHEN learned_from IS NULL THEN event_version > 0 ELSE learned_from <= $3 END`;

const learnFirstQuery = `
  WITH ownership AS (
    INSERT INTO package_ownerships (repository_id, package_purl, organization_id, learned_from, event_version)
    VALUES ($1, $2, $3, $4, 1)
    ON CONFLICT ON CONSTRAINT package_ownerships_pk DO NOTHING
    RETURNING repository_id, package_purl
  ), owner AS (
    INSERT INTO package_owners (repository_id, package_purl, user_id, granted)
    SELECT repository_id, package_purl, user_id, false FROM ownership CROSS JOIN users WHERE user_id = $5
    RETURNING user_id, granted
  )
  SELECT u.user_id AS "userId", u.username, u.suspended, owner.granted
  FROM ownership LEFT JOIN (owner JOIN users u USING (user_id)) ON true`;

@Injectable()
export class PackageOwnersRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Whether an event of that version of the package would tell who owns it: nobody else has, nor an earlier one. */
  async wouldLearn({ repositoryId, packagePurl }: PackageKey, from: number): Promise<boolean> {
    const known = await this.dataSource.query<unknown[]>(knownQuery, [repositoryId, packagePurl, from]);
    return known.length === 0;
  }

  /**
   * Writes down the first owner, as version 1, where nothing is known of the package yet. Resolves to the owners: none when
   * there is no such user. Undefined, and nothing is written: something is known.
   */
  async learnFirst(
    manager: EntityManager,
    { repositoryId, packagePurl }: PackageKey,
    first: { readonly organizationId: OrganizationId; readonly publisher: UserId | null; readonly learnedFrom: number },
  ): Promise<Owner[] | undefined> {
    const parameters = [repositoryId, packagePurl, first.organizationId, first.learnedFrom, first.publisher];
    const rows = await manager.query<{ userId: UserId | null }[]>(learnFirstQuery, parameters);
    return rows.length === 0 ? undefined : ownerRows.parse(rows.filter((row) => row.userId !== null));
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

  countGranted(manager: EntityManager, owner: UserId): Promise<number> {
    return manager.getRepository(PackageOwnerEntity).countBy({ userId: owner, granted: true });
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
}
