import { Inject, Injectable } from '@nestjs/common';
import type { EventEnvelope, RepositoryFacts } from '@waybill/contracts';
import type { PackagePurl } from '@waybill/domain';
import { UnitOfWork } from '@waybill/persistence';
import { SERVICE_CONFIG } from '@waybill/service-host';
import type { EntityManager } from 'typeorm';
import type { AdapterNpmConfig } from '../config.js';
import type { NpmName } from '../names/npm-name.js';
import { npmNameIn } from '../names/npm-name.js';
import { PackageMoveRepository } from '../package-moves/package-move.repository.js';
import { revisionOf } from '../packument/package-revision.rules.js';
import type { PackageEntity } from '../packument/package.entity.js';
import { PackumentProjector } from '../packument/packument.projector.js';
import type { PackageKey } from '../packument/packument.repository.js';
import { PackumentRepository } from '../packument/packument.repository.js';
import { repositoryUrl } from '../repositories/npm-request.js';
import { RepositoryRepository } from '../repositories/repository.repository.js';
import { ProjectionNews } from './projection-news.js';

type PackageEvent = EventEnvelope<{ readonly repository: RepositoryFacts; readonly packagePurl: PackagePurl }>;

/** The frame of every change of one package's read model: its lock, its documents, the news of it. */
@Injectable()
export class PackageChanges {
  readonly #unitOfWork: UnitOfWork;
  readonly #packuments: PackumentRepository;
  readonly #projector: PackumentProjector;
  readonly #repositories: RepositoryRepository;
  readonly #moves: PackageMoveRepository;
  readonly #news: ProjectionNews;
  readonly #config: AdapterNpmConfig;

  constructor(
    unitOfWork: UnitOfWork,
    packuments: PackumentRepository,
    projector: PackumentProjector,
    repositories: RepositoryRepository,
    moves: PackageMoveRepository,
    news: ProjectionNews,
    @Inject(SERVICE_CONFIG) config: AdapterNpmConfig,
  ) {
    this.#unitOfWork = unitOfWork;
    this.#packuments = packuments;
    this.#projector = projector;
    this.#repositories = repositories;
    this.#moves = moves;
    this.#news = news;
    this.#config = config;
  }

  /**
   * Projects one event of the service publish; those of other ecosystems are passed over. `change` tells whether the
   * documents show anything else now. `visible` is false for what clients do not see: a release that is held or rejected.
   */
  async project(
    event: PackageEvent,
    change: (manager: EntityManager, key: PackageKey) => Promise<boolean>,
    { visible }: { readonly visible: boolean } = { visible: true },
  ): Promise<void> {
    const { repository, packagePurl: purl } = event.data;
    const name = npmNameIn(purl);
    if (name === undefined) return;
    const told = { repositoryId: repository.repositoryId, purl };
    const { aggregateversion: version, time } = event;
    const key = await this.#unitOfWork.run(async (manager) => {
      // The lock of the place that was told is what a move away from it waits for.
      const there = await this.#packuments.lockPackage(manager, told, name);
      const key = await this.#moves.placeNow(manager, told, version);
      const isThere = key.repositoryId === told.repositoryId;
      const entity = isThere ? there : await this.#packuments.lockPackage(manager, key, name);
      const before = revisionOf(entity);
      const changed = await change(manager, key);
      entity.aggregateVersion = Math.max(entity.aggregateVersion, version);
      if (visible) entity.visibleVersion = Math.max(entity.visibleVersion, version);
      if (changed) entity.modifiedAt = new Date(Math.max(entity.modifiedAt.getTime(), Date.parse(time)));
      // A document always has the revision that its package has, or its readers could never change it.
      if (changed || revisionOf(entity) !== before) {
        await this.#projector.rebuild(manager, entity, await this.#urlAt(key, repository));
      } else {
        await this.#packuments.savePackage(manager, entity);
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
    name: NpmName,
    change: (manager: EntityManager, entity: PackageEntity) => Promise<'both' | 'full' | 'none'>,
  ): Promise<void> {
    const aggregateVersion = await this.#unitOfWork.run(async (manager) => {
      const entity = await this.#packuments.lockPackage(manager, key, name);
      const forms = await change(manager, entity);
      const url = forms === 'none' ? undefined : await this.#knownUrl(key);
      // Without an address there is no document yet, and its first one shows the change.
      if (forms !== 'none' && url !== undefined) await this.#projector.rebuild(manager, entity, url, forms);
      else await this.#packuments.savePackage(manager, entity);
      return entity.aggregateVersion;
    });
    await this.#news.announce({ ...key, packagePurl: key.purl, aggregateVersion });
  }

  async #knownUrl(key: PackageKey): Promise<string | undefined> {
    const repository = await this.#repositories.findById(key.repositoryId);
    if (repository !== null) return this.urlOf(repository);
    return (await this.#packuments.find(key, 'full'))?.repositoryUrl;
  }

  /** Where the package is now; mostly where the event was told. */
  async #urlAt(key: PackageKey, told: RepositoryFacts): Promise<string> {
    if (key.repositoryId === told.repositoryId) return this.urlOf(told);
    return (await this.#knownUrl(key)) ?? this.urlOf(told);
  }

  /** The address that documents of packages in this repository have. */
  urlOf({ slug }: { readonly slug: string }): string {
    return repositoryUrl(this.#config.WAYBILL_EXTERNAL_URL, slug);
  }
}
