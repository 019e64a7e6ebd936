import { Injectable } from '@nestjs/common';
import type { PackagePurl, RepositoryId, Visibility } from '@waybill/domain';
import { DataSource } from 'typeorm';
import { visibleStates } from '@waybill/read-model';
import type { NpmName } from '../names/npm-name.js';

const maxListed = 10_000;

export interface ListedPackage {
  readonly purl: PackagePurl;
  readonly name: NpmName;
  /** Its own; null where it has none. */
  readonly visibility: Visibility | null;
}

const visible = `EXISTS (SELECT FROM releases WHERE releases.repository_id = packages.repository_id
                           AND releases.purl = packages.purl AND releases.state = ANY($3))`;

/** Packages that have something to see, by name. */
@Injectable()
export class PackageListRepository {
  readonly #dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  ofScope(repositoryId: RepositoryId, scope: string): Promise<ListedPackage[]> {
    return this.#dataSource.query(
      `SELECT purl, name, visibility FROM packages WHERE repository_id = $1 AND starts_with(name, $2) AND ${visible}
       ORDER BY name LIMIT $4`,
      [repositoryId, `@${scope}/`, visibleStates, maxListed],
    );
  }

  all(repositoryId: RepositoryId): Promise<ListedPackage[]> {
    return this.#dataSource.query(
      `SELECT purl, name, visibility FROM packages WHERE repository_id = $1 AND ${visible.replace('$3', '$2')}
       ORDER BY name LIMIT $3`,
      [repositoryId, visibleStates, maxListed],
    );
  }

  /** Those that the user owns; of packages whose owners are not known yet, those that the user published. */
  ofUser(repositoryId: RepositoryId, username: string): Promise<ListedPackage[]> {
    return this.#dataSource.query(
      `SELECT purl, name, visibility FROM packages WHERE repository_id = $1 AND ${visible}
         AND (EXISTS (SELECT FROM package_owners AS owners WHERE owners.repository_id = packages.repository_id
                        AND owners.purl = packages.purl AND owners.username = $2)
              OR (owners_version = 0
                  AND EXISTS (SELECT FROM releases WHERE releases.repository_id = packages.repository_id
                                AND releases.purl = packages.purl AND releases.published_by = $2
                                AND releases.state = ANY($3))))
       ORDER BY name LIMIT $4`,
      [repositoryId, username, visibleStates, maxListed],
    );
  }
}
