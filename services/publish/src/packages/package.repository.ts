import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { PackagePurl, ReleaseId, RepositoryId } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import type { EntityManager } from 'typeorm';
import { PackageEntity } from './package.entity.js';

@Injectable()
export class PackageRepository {
  /**
   * Makes the package if it is new, and locks it until the transaction ends. Errors: `conflict` `package.name-taken` where
   * another package has that name in other case.
   */
  async lockOrCreate(manager: EntityManager, repositoryId: RepositoryId, purl: PackagePurl): Promise<PackageEntity> {
    const existing = await this.lock(manager, repositoryId, purl);
    if (existing !== null) return existing;
    // Without a target: whichever constraint somebody else's insert meets, it decides, and the next look tells.
    await manager.query(
      `INSERT INTO packages (package_id, repository_id, purl, name_key, aggregate_version, visible_version)
       VALUES ($1, $2, $3, $4, 0, 0)
       ON CONFLICT DO NOTHING`,
      [randomUUID(), repositoryId, purl, purl.toLowerCase()],
    );
    const made = await this.lock(manager, repositoryId, purl);
    if (made !== null) return made;
    throw new DomainError(
      'conflict',
      'package.name-taken',
      'There is a package already whose name differs from this one in upper and lower case only.',
    );
  }

  lock(manager: EntityManager, repositoryId: RepositoryId, purl: PackagePurl): Promise<PackageEntity | null> {
    return manager
      .getRepository(PackageEntity)
      .findOne({ where: { repositoryId, purl }, lock: { mode: 'pessimistic_write' } });
  }

  /**
   * Locks the package of a release, so that what is read of the release afterwards stays true; with those of its batch, in
   * the order of their names, which is the same for everybody.
   */
  async lockOfRelease(manager: EntityManager, releaseId: ReleaseId): Promise<void> {
    await manager.query(
      `SELECT package_id FROM packages WHERE package_id IN (
         SELECT package_id FROM releases WHERE release_id = $1
         UNION SELECT one.package_id FROM releases one JOIN releases mine USING (batch_id) WHERE mine.release_id = $1)
       ORDER BY purl COLLATE "C" FOR UPDATE`,
      [releaseId],
    );
  }

  async saveVersion(manager: EntityManager, entity: PackageEntity): Promise<void> {
    const { packageId, aggregateVersion, visibleVersion } = entity;
    await manager.getRepository(PackageEntity).update({ packageId }, { aggregateVersion, visibleVersion });
  }

  /** Counts a change that clients can see; its event takes the number. */
  async countVisibleChange(manager: EntityManager, entity: PackageEntity): Promise<number> {
    entity.aggregateVersion += 1;
    entity.visibleVersion = entity.aggregateVersion;
    await this.saveVersion(manager, entity);
    return entity.aggregateVersion;
  }
}
