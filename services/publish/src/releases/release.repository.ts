import { Injectable } from '@nestjs/common';
import type { PackageId, ReleaseId } from '@waybill/domain';
import type { EntityManager } from 'typeorm';
import { DataSource } from 'typeorm';
import { ArtifactEntity } from '../artifacts/artifact.entity.js';
import { PackageEntity } from '../packages/package.entity.js';
import { RepositoryEntity } from '../repositories/repository.entity.js';
import { ReleaseEntity } from './release.entity.js';

/** A release with everything that its events say. */
export interface WholeRelease {
  readonly release: ReleaseEntity;
  readonly artifacts: readonly ArtifactEntity[];
  readonly package: PackageEntity;
  readonly repository: RepositoryEntity;
}

@Injectable()
export class ReleaseRepository {
  readonly #dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  /** The release that holds the version; a replaced one does not. */
  findCurrent(packageId: PackageId, version: string, manager?: EntityManager): Promise<ReleaseEntity | null> {
    return this.#releases(manager).findOneBy({ packageId, version, replaced: false });
  }

  async findWhole(
    releaseId: ReleaseId,
    manager: EntityManager = this.#dataSource.manager,
  ): Promise<WholeRelease | null> {
    const release = await this.#releases(manager).findOneBy({ releaseId });
    if (release === null) return null;
    const [artifacts, owner] = await Promise.all([
      manager.getRepository(ArtifactEntity).find({ where: { releaseId }, order: { filename: 'ASC' } }),
      manager.getRepository(PackageEntity).findOneByOrFail({ packageId: release.packageId }),
    ]);
    const repository = await manager
      .getRepository(RepositoryEntity)
      .findOneByOrFail({ repositoryId: owner.repositoryId });
    return { release, artifacts, package: owner, repository };
  }

  async insert(manager: EntityManager, release: ReleaseEntity, artifacts: readonly ArtifactEntity[]): Promise<void> {
    await this.#releases(manager).save(release);
    await manager.getRepository(ArtifactEntity).insert([...artifacts]);
  }

  async markReplaced(manager: EntityManager, releaseId: ReleaseId): Promise<void> {
    await this.#releases(manager).update({ releaseId }, { replaced: true });
  }

  async saveState(manager: EntityManager, release: ReleaseEntity): Promise<void> {
    const { releaseId, state, reasons, settledAt } = release;
    await this.#releases(manager).update({ releaseId }, { state, reasons, settledAt });
  }

  #releases(manager: EntityManager = this.#dataSource.manager) {
    return manager.getRepository(ReleaseEntity);
  }
}
