import { Injectable } from '@nestjs/common';
import type { PackageId, PackagePurl, ReleaseId, RepositoryId } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import type { EntityManager, FindOptionsWhere } from 'typeorm';
import { DataSource, In, Not } from 'typeorm';
import { ArtifactEntity } from '../artifacts/artifact.entity.js';
import type { PackageEntity } from '../packages/package.entity.js';
import type { RepositoryEntity } from '../repositories/repository.entity.js';
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
  findCurrent(manager: EntityManager, packageId: PackageId, version: string): Promise<ReleaseEntity | null> {
    return manager.getRepository(ReleaseEntity).findOneBy({ packageId, version, replaced: false });
  }

  /** The same by the package's name, without any lock: what it says may be old when it arrives. */
  async peekCurrent(repositoryId: RepositoryId, purl: PackagePurl, version: string): Promise<WholeRelease | null> {
    const manager = this.#dataSource.manager;
    const [whole] = await this.#find(manager, { package: { repositoryId, purl }, version, replaced: false });
    return whole ?? null;
  }

  async findWhole(
    releaseId: ReleaseId,
    manager: EntityManager = this.#dataSource.manager,
  ): Promise<WholeRelease | null> {
    const [whole] = await this.#find(manager, { releaseId });
    return whole ?? null;
  }

  /** Oldest first. */
  findMany(releaseIds: readonly ReleaseId[]): Promise<WholeRelease[]> {
    return this.#find(this.#dataSource.manager, { releaseId: In([...releaseIds]) });
  }

  /** The other releases of its batch. */
  findBatch(manager: EntityManager, { releaseId, batchId }: ReleaseEntity): Promise<WholeRelease[]> {
    if (batchId === null) return Promise.resolve([]);
    return this.#find(manager, { batchId, releaseId: Not(releaseId) });
  }

  async insert(manager: EntityManager, release: ReleaseEntity, artifacts: readonly ArtifactEntity[]): Promise<void> {
    await manager.insert<object>(ReleaseEntity, release);
    await manager.getRepository(ArtifactEntity).insert([...artifacts]);
  }

  async markReplaced(manager: EntityManager, releaseId: ReleaseId): Promise<void> {
    await manager.getRepository(ReleaseEntity).update({ releaseId }, { replaced: true });
  }

  async saveState(manager: EntityManager, release: ReleaseEntity): Promise<void> {
    const { releaseId, state, reasons, settledAt, ownDecision } = release;
    await manager.getRepository(ReleaseEntity).update({ releaseId }, { state, reasons, settledAt, ownDecision });
  }

  // Two queries, however many releases: one with the package and the repository joined, one for the artifacts.
  async #find(manager: EntityManager, where: FindOptionsWhere<ReleaseEntity>): Promise<WholeRelease[]> {
    const releases = await manager.getRepository(ReleaseEntity).find({
      where,
      relations: { package: { repository: true } },
      order: { submittedAt: 'ASC', releaseId: 'ASC' },
    });
    if (releases.length === 0) return [];
    const artifacts = await manager.getRepository(ArtifactEntity).find({
      where: { releaseId: In(releases.map((release) => release.releaseId)) },
      order: { filename: 'ASC' },
    });
    const byRelease = Map.groupBy(artifacts, (artifact) => artifact.releaseId);
    return releases.map((release) => wholeOf(release, byRelease.get(release.releaseId) ?? []));
  }
}

function wholeOf(release: ReleaseEntity, artifacts: readonly ArtifactEntity[]): WholeRelease {
  const repository = release.package?.repository;
  if (release.package === undefined || repository === undefined) {
    throw new DomainError('internal', 'release.no-package', 'A release was read without its package.');
  }
  return { release, artifacts, package: release.package, repository };
}
