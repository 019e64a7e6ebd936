import { Inject, Injectable } from '@nestjs/common';
import type { EventEnvelope, RepositoryFacts } from '@waybill/contracts';
import type { PackagePurl } from '@waybill/domain';
import { UnitOfWork } from '@waybill/persistence';
import type { EntityManager } from 'typeorm';
import { ProjectionNews } from '../news/projection-news.js';
import { PackageMoveRepository } from '../package-moves/package-move.repository.js';
import type { ReadModelOptions } from '../read-model-options.js';
import { READ_MODEL } from '../read-model-options.js';
import { RepositoryRepository } from '../repositories/repository.repository.js';
import type { PackageDocuments } from './package-documents.js';
import { PACKAGE_DOCUMENTS } from './package-documents.js';
import type { PackageKey } from './package-key.js';
import { PackageRepository } from './package.repository.js';
import type { PackageRow } from './package-row.js';

export type PackageEvent = EventEnvelope<{ readonly repository: RepositoryFacts; readonly packagePurl: PackagePurl }>;

/** The frame of every change of one package's read model: its lock, its documents, the news of it. */
@Injectable()
export class PackageChanges<Package extends PackageRow = PackageRow, Forms extends string = 'all'> {
  readonly #unitOfWork: UnitOfWork;
  readonly #packages: PackageRepository<Package>;
  readonly #repositories: RepositoryRepository;
  readonly #moves: PackageMoveRepository;
  readonly #news: ProjectionNews;
  readonly #documents: PackageDocuments<Package, Forms>;
  readonly #options: ReadModelOptions;

  constructor(
    unitOfWork: UnitOfWork,
    packages: PackageRepository<Package>,
    repositories: RepositoryRepository,
    moves: PackageMoveRepository,
    news: ProjectionNews,
    @Inject(PACKAGE_DOCUMENTS) documents: PackageDocuments<Package, Forms>,
    @Inject(READ_MODEL) options: ReadModelOptions,
  ) {
    this.#unitOfWork = unitOfWork;
    this.#packages = packages;
    this.#repositories = repositories;
    this.#moves = moves;
    this.#news = news;
    this.#documents = documents;
    this.#options = options;
  }

  /**
   * Projects one event of the service publish; those of other ecosystems are passed over. `change` tells whether the
   * documents show anything else now. `visible` is false for what clients do not see: a release that is held or rejected.
   */
  async project(
    event: PackageEvent,
    change: (manager: EntityManager, key: PackageKey, entity: Package) => Promise<boolean>,
    { visible }: { readonly visible: boolean } = { visible: true },
  ): Promise<void> {
    const { repository, packagePurl: purl } = event.data;
    const name = this.#options.nameIn(purl);
    if (name === undefined) return;
    const told = { repositoryId: repository.repositoryId, purl };
    const { aggregateversion: version, time } = event;
    const key = await this.#unitOfWork.run(async (manager) => {
      // The lock of the place that was told is what a move away from it waits for.
      const there = await this.#packages.lock(manager, told, name);
      const key = await this.#moves.placeNow(manager, told, version);
      const isThere = key.repositoryId === told.repositoryId;
      const entity = isThere ? there : await this.#packages.lock(manager, key, name);
      const before = this.#documents.revisionOf(entity);
      const changed = await change(manager, key, entity);
      entity.aggregateVersion = Math.max(entity.aggregateVersion, version);
      if (visible) entity.visibleVersion = Math.max(entity.visibleVersion, version);
      if (changed) entity.modifiedAt = new Date(Math.max(entity.modifiedAt.getTime(), Date.parse(time)));
      // A document always has the revision that its package has, or its readers could never change it.
      if (changed || this.#documents.revisionOf(entity) !== before) {
        await this.#documents.write(manager, entity, await this.#repositoryAt(key, repository), 'all');
      } else {
        await this.#documents.save(manager, entity);
      }
      return key;
    });
    await this.#news.announce({ ...key, packagePurl: purl, aggregateVersion: version });
  }

  /**
   * A change that this service knows of by itself or from elsewhere than publish: owners, stars. `change` counts it in the
   * entity and tells which documents show it.
   */
  async change(
    key: PackageKey,
    name: string,
    change: (manager: EntityManager, entity: Package) => Promise<Forms | 'all' | 'none'>,
  ): Promise<void> {
    const aggregateVersion = await this.#unitOfWork.run(async (manager) => {
      const entity = await this.#packages.lock(manager, key, name);
      const forms = await change(manager, entity);
      if (forms === 'none') await this.#documents.save(manager, entity);
      else await this.#documents.write(manager, entity, await this.#known(key), forms);
      return entity.aggregateVersion;
    });
    await this.#news.announce({ ...key, packagePurl: key.purl, aggregateVersion });
  }

  async #known(key: PackageKey): Promise<{ readonly slug: string } | undefined> {
    return (await this.#repositories.findById(key.repositoryId)) ?? undefined;
  }

  /** Where the package is now; mostly where the event was told. */
  async #repositoryAt(key: PackageKey, told: RepositoryFacts): Promise<{ readonly slug: string }> {
    if (key.repositoryId === told.repositoryId) return told;
    return (await this.#known(key)) ?? told;
  }
}
