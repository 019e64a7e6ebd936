import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { PackageId, PackagePurl, ReleaseId, RepositoryId } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import type { EntityManager } from 'typeorm';
import { PackageEntity } from './package.entity.js';

@Injectable()
export class PackageRepository {
  /**
   * Makes the package if it is new, and locks it until the transaction ends. Errors: a violation of `packages_name_key`
   * where another package has that name in other case.
   */
  async lockOrCreate(manager: EntityManager, repositoryId: RepositoryId, purl: PackagePurl): Promise<PackageEntity> {
    // One round trip: an update that changes nothing locks the row and returns it.
    const [row] = await manager.query<{ package_id: PackageId; aggregate_version: number }[]>(
      `INSERT INTO packages (package_id, repository_id, purl, name_key, aggregate_version) VALUES ($1, $2, $3, $4, 0)
       ON CONFLICT ON CONSTRAINT packages_purl_key DO UPDATE SET purl = EXCLUDED.purl
       RETURNING package_id, aggregate_version`,
      [randomUUID(), repositoryId, purl, purl.toLowerCase()],
    );
    if (row === undefined) throw new DomainError('internal', 'package.not-made', 'The package could not be made.');
    const owner = new PackageEntity();
    owner.packageId = row.package_id;
    owner.repositoryId = repositoryId;
    owner.purl = purl;
    owner.aggregateVersion = row.aggregate_version;
    return owner;
  }

  lock(manager: EntityManager, repositoryId: RepositoryId, purl: PackagePurl): Promise<PackageEntity | null> {
    return manager
      .getRepository(PackageEntity)
      .findOne({ where: { repositoryId, purl }, lock: { mode: 'pessimistic_write' } });
  }

  /** Locks the package of a release, so that what is read of the release afterwards stays true. */
  async lockOfRelease(manager: EntityManager, releaseId: ReleaseId): Promise<void> {
    await manager.query(
      `SELECT p.package_id FROM packages p JOIN releases r USING (package_id) WHERE r.release_id = $1 FOR UPDATE OF p`,
      [releaseId],
    );
  }

  async saveVersion(manager: EntityManager, entity: PackageEntity): Promise<void> {
    await manager
      .getRepository(PackageEntity)
      .update({ packageId: entity.packageId }, { aggregateVersion: entity.aggregateVersion });
  }
}
