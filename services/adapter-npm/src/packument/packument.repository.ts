import { Injectable } from '@nestjs/common';
import type { PackagePurl, RepositoryId } from '@waybill/domain';
import type { EntityManager } from 'typeorm';
import { DataSource } from 'typeorm';
import type { NpmName } from '../names/npm-name.js';
import { PackageEntity } from './package.entity.js';
import type { PackumentForm } from './packument.entity.js';
import { PackumentEntity } from './packument.entity.js';

export interface PackageKey {
  readonly repositoryId: RepositoryId;
  readonly purl: PackagePurl;
}

@Injectable()
export class PackumentRepository {
  readonly #dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  find(
    key: PackageKey,
    form: PackumentForm,
    manager: EntityManager = this.#dataSource.manager,
  ): Promise<PackumentEntity | null> {
    return manager.getRepository(PackumentEntity).findOneBy({ ...pick(key), form });
  }

  /** Inserts or replaces without reading what was there: documents are large. */
  async save(manager: EntityManager, packuments: readonly PackumentEntity[]): Promise<void> {
    await manager.getRepository(PackumentEntity).upsert([...packuments], {
      conflictPaths: ['repositoryId', 'purl', 'form'],
      skipUpdateIfNoValuesChanged: false,
    });
  }

  async remove(manager: EntityManager, key: PackageKey): Promise<void> {
    await manager.getRepository(PackumentEntity).delete(pick(key));
  }

  /** Takes the lock under which one package's read model changes; creates the package when it is new. */
  async lockPackage(manager: EntityManager, key: PackageKey, name: NpmName): Promise<PackageEntity> {
    await manager.query(
      `INSERT INTO packages (repository_id, purl, name, aggregate_version, modified_at) VALUES ($1, $2, $3, 0, to_timestamp(0))
       ON CONFLICT ON CONSTRAINT packages_pkey DO NOTHING`,
      [key.repositoryId, key.purl, name],
    );
    return manager
      .getRepository(PackageEntity)
      .findOneOrFail({ where: pick(key), lock: { mode: 'pessimistic_write' } });
  }

  /** Of a package that is locked. */
  async savePackage(manager: EntityManager, entity: PackageEntity): Promise<void> {
    const { aggregateVersion, modifiedAt, visibleVersion, ownersVersion, starsVersion } = entity;
    await manager
      .getRepository(PackageEntity)
      .update(pick(entity), { aggregateVersion, modifiedAt, visibleVersion, ownersVersion, starsVersion });
  }

  findPackage(key: PackageKey): Promise<PackageEntity | null> {
    return this.#dataSource.getRepository(PackageEntity).findOneBy(pick(key));
  }
}

function pick(key: PackageKey): PackageKey {
  return { repositoryId: key.repositoryId, purl: key.purl };
}
