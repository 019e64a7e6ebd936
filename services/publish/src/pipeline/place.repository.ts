import { Injectable } from '@nestjs/common';
import type { PackagePurl, ReleaseId, RepositoryId } from '@waybill/domain';
import type { EntityRow } from '@waybill/persistence';
import { entityIn } from '@waybill/persistence';
import { DataSource } from 'typeorm';
import { PackageEntity } from '../packages/package.entity.js';
import { RepositoryEntity } from '../repositories/repository.entity.js';
import type { SeenPlace } from './submission.js';

interface PlaceRow {
  readonly repository: EntityRow;
  readonly package: EntityRow | null;
  readonly row_version: string | null;
  readonly current: ReleaseId | null;
}

@Injectable()
export class PlaceRepository {
  readonly #dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  /** Where a release is to go, and what is there, without any lock. Null when there is no such repository. */
  async find(
    repositoryId: RepositoryId,
    purl: PackagePurl,
    version: string,
  ): Promise<{ readonly repository: RepositoryEntity; readonly seen: SeenPlace } | null> {
    const { manager } = this.#dataSource;
    const [row] = await manager.query<PlaceRow[]>(
      `SELECT row_to_json(repositories) AS repository, row_to_json(packages) AS package,
              packages.xmin::text AS row_version, releases.release_id AS current
         FROM repositories
         LEFT JOIN packages ON packages.repository_id = repositories.repository_id AND packages.purl = $2
         LEFT JOIN releases ON releases.package_id = packages.package_id AND releases.version = $3
                           AND NOT releases.replaced
        WHERE repositories.repository_id = $1`,
      [repositoryId, purl, version],
    );
    if (row === undefined) return null;
    const { package: owner, row_version: rowVersion, current } = row;
    return {
      repository: entityIn(manager, RepositoryEntity, row.repository),
      seen: {
        ...(owner === null || rowVersion === null
          ? {}
          : { owner: { package: entityIn(manager, PackageEntity, owner), rowVersion } }),
        ...(current === null ? {} : { current }),
      },
    };
  }
}
