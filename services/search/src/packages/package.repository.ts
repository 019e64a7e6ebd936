import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { PackageKey } from '../documents/search-document.js';
import { PackageEntity } from './package.entity.js';

@Injectable()
export class PackageRepository {
  /** The next revision of the package, which nobody else changes until the end of the transaction. */
  async lock(manager: EntityManager, key: PackageKey): Promise<number> {
    const [row] = await manager.query<{ revision: string }[]>(
      `INSERT INTO packages (repository_id, purl, revision, latest_version, owners_version)
       VALUES ($1, $2, 1, 0, 0)
       ON CONFLICT ON CONSTRAINT packages_pkey DO UPDATE SET revision = packages.revision + 1
       RETURNING revision`,
      [key.repositoryId, key.packagePurl],
    );
    return Number(row?.revision);
  }

  find(manager: EntityManager, key: PackageKey): Promise<PackageEntity> {
    const { repositoryId, packagePurl: purl } = key;
    return manager.getRepository(PackageEntity).findOneByOrFail({ repositoryId, purl });
  }

  /** `version` is null when the tag was removed. */
  async pointLatest(manager: EntityManager, key: PackageKey, version: string | null, at: number): Promise<void> {
    await manager.query(
      `UPDATE packages SET latest = $3, latest_version = $4
        WHERE repository_id = $1 AND purl = $2 AND latest_version < $4`,
      [key.repositoryId, key.packagePurl, version, at],
    );
  }

  async setOwners(manager: EntityManager, key: PackageKey, owners: readonly string[], at: number): Promise<void> {
    await manager.query(
      `UPDATE packages SET owners = $3, owners_version = $4
        WHERE repository_id = $1 AND purl = $2 AND owners_version < $4`,
      [key.repositoryId, key.packagePurl, owners, at],
    );
  }
}
