import { Injectable } from '@nestjs/common';
import type { DataOf, packageOwnersChanged } from '@waybill/contracts';
import type { PackagePurl, RepositoryId } from '@waybill/domain';
import { runJoined } from '@waybill/persistence';
import type { EntityManager } from 'typeorm';
import { DataSource } from 'typeorm';
import type { PackageKey } from '@waybill/read-model';
import { visibleStates } from '@waybill/read-model';
import { PackageOwnerEntity } from './package-owner.entity.js';

type Owners = DataOf<typeof packageOwnersChanged>['owners'];

/** A package as it was seen without its lock; `rowVersion` is another one after every change of what belongs to it. */
export interface SeenPackage {
  readonly rowVersion: string;
  /** Who published what clients may see, each once. */
  readonly publishers: readonly string[];
}

@Injectable()
export class PackageOwnerRepository {
  readonly #dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  /** In the order in which they became owners; inside of a transaction when a manager is given. */
  of(
    repositoryId: RepositoryId,
    purl: PackagePurl,
    manager: EntityManager = this.#dataSource.manager,
  ): Promise<PackageOwnerEntity[]> {
    return manager
      .getRepository(PackageOwnerEntity)
      .find({ where: { repositoryId, purl }, order: { position: 'ASC' } });
  }

  async replace(manager: EntityManager, { repositoryId, purl }: PackageKey, owners: Owners): Promise<void> {
    const rows = manager.getRepository(PackageOwnerEntity);
    await rows.delete({ repositoryId, purl });
    await rows.insert(owners.map((owner, position) => ({ repositoryId, purl, ...owner, position })));
  }

  /** Of a package whose owners are not known yet; undefined where they are, or the package is not. */
  async seenBefore({ repositoryId, purl }: PackageKey): Promise<SeenPackage | undefined> {
    const [seen] = await this.#dataSource.query<SeenPackage[]>(
      `SELECT packages.xmin::text AS "rowVersion",
              ARRAY(SELECT DISTINCT published_by FROM releases
                    WHERE releases.repository_id = packages.repository_id AND releases.purl = packages.purl
                      AND releases.state = ANY($3)) AS publishers
       FROM packages WHERE repository_id = $1 AND purl = $2 AND owners_version = 0`,
      [repositoryId, purl, visibleStates],
    );
    return seen;
  }

  /** The first owner, if the package is still as it was seen. Resolves to whether it was. */
  async insertFirst({ repositoryId, purl }: PackageKey, owner: Owners[number], rowVersion: string): Promise<boolean> {
    const rows = await runJoined(
      this.#dataSource.manager,
      {
        package: {
          text: `UPDATE packages SET owners_version = 1 WHERE repository_id = $1 AND purl = $2 AND xmin = $3::xid
                 RETURNING purl`,
          values: [repositoryId, purl, rowVersion],
        },
        owner: {
          text: `INSERT INTO package_owners (repository_id, purl, user_id, username, email, position)
                 SELECT $1::uuid, $2::text, $3::uuid, $4::text, $5::text, 0 FROM package`,
          values: [repositoryId, purl, owner.userId, owner.username, owner.email],
        },
      },
      'SELECT purl FROM package',
    );
    return rows.length > 0;
  }
}
