import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { PackageId, PackagePurl, RepositoryId } from '@waybill/domain';
import type { EntityManager } from 'typeorm';
import { PackageEntity } from './package.entity.js';

@Injectable()
export class PackageRepository {
  /** Makes the package if it is new, and locks it until the transaction ends. */
  async lockOrCreate(manager: EntityManager, repositoryId: RepositoryId, purl: PackagePurl): Promise<PackageEntity> {
    await manager.query(
      `INSERT INTO packages (package_id, repository_id, purl, aggregate_version) VALUES ($1, $2, $3, 0)
       ON CONFLICT ON CONSTRAINT packages_purl_key DO NOTHING`,
      [randomUUID(), repositoryId, purl],
    );
    return manager
      .getRepository(PackageEntity)
      .findOneOrFail({ where: { repositoryId, purl }, lock: { mode: 'pessimistic_write' } });
  }

  lock(manager: EntityManager, repositoryId: RepositoryId, purl: PackagePurl): Promise<PackageEntity | null> {
    return manager
      .getRepository(PackageEntity)
      .findOne({ where: { repositoryId, purl }, lock: { mode: 'pessimistic_write' } });
  }

  lockById(manager: EntityManager, packageId: PackageId): Promise<PackageEntity> {
    return manager
      .getRepository(PackageEntity)
      .findOneOrFail({ where: { packageId }, lock: { mode: 'pessimistic_write' } });
  }

  async saveVersion(manager: EntityManager, entity: PackageEntity): Promise<void> {
    await manager
      .getRepository(PackageEntity)
      .update({ packageId: entity.packageId }, { aggregateVersion: entity.aggregateVersion });
  }
}
