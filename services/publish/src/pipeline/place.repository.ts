import { Injectable } from '@nestjs/common';
import type { OrganizationId, PackagePurl, ReleaseId, RepositoryId } from '@waybill/domain';
import type { EntityRow } from '@waybill/persistence';
import { entityIn } from '@waybill/persistence';
import { DataSource } from 'typeorm';
import { keysOfPackage } from '../namespaces/namespace.rules.js';
import { PackageEntity } from '../packages/package.entity.js';
import { RepositoryEntity } from '../repositories/repository.entity.js';
import type { SeenPlace } from './submission.js';

interface PlaceRow {
  readonly repository: EntityRow;
  readonly package: EntityRow | null;
  readonly repository_version: string;
  readonly row_version: string | null;
  readonly current: ReleaseId | null;
  readonly reserved_for: OrganizationId | null;
}

// Of claims inside of each other the narrowest decides. Only for a package that is new: of one that exists nothing is asked.
const reservedFor = `CASE WHEN packages.package_id IS NULL THEN
  (SELECT namespaces.organization_id FROM namespaces
    WHERE namespaces.ecosystem = $4 AND namespaces.state = 'verified' AND namespaces.match_key = ANY($5::text[])
      AND (NOT namespaces.exact OR namespaces.match_key = $6)
    ORDER BY length(namespaces.match_key) DESC, namespaces.exact DESC LIMIT 1) END`;

@Injectable()
export class PlaceRepository {
  readonly #dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  /** Where a release is to go, and what is there, without any lock. Null when there is no such repository, or it is deleted. */
  async find(
    repositoryId: RepositoryId,
    purl: PackagePurl,
    version: string,
  ): Promise<{ readonly repository: RepositoryEntity; readonly seen: SeenPlace } | null> {
    const { manager } = this.#dataSource;
    const { ecosystem = '', candidates = [], key = '' } = keysOfPackage(purl) ?? {};
    const [row] = await manager.query<PlaceRow[]>(
      `SELECT row_to_json(repositories) AS repository, row_to_json(packages) AS package,
              repositories.xmin::text AS repository_version, packages.xmin::text AS row_version,
              releases.release_id AS current, ${reservedFor} AS reserved_for
         FROM repositories
         LEFT JOIN packages ON packages.repository_id = repositories.repository_id AND packages.purl = $2
         LEFT JOIN releases ON releases.package_id = packages.package_id AND releases.version = $3
                           AND NOT releases.replaced
        WHERE repositories.repository_id = $1 AND repositories.deleted_at IS NULL`,
      [repositoryId, purl, version, ecosystem, candidates, key],
    );
    if (row === undefined) return null;
    const { package: owner, row_version: rowVersion, current, reserved_for: reservedForOrganization } = row;
    return {
      repository: entityIn(manager, RepositoryEntity, row.repository),
      seen: {
        repositoryVersion: row.repository_version,
        ...(owner === null || rowVersion === null
          ? {}
          : { owner: { package: entityIn(manager, PackageEntity, owner), rowVersion } }),
        ...(current === null ? {} : { current }),
        ...(reservedForOrganization === null ? {} : { reservedFor: reservedForOrganization }),
      },
    };
  }
}
