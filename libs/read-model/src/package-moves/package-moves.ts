import { Inject, Injectable } from '@nestjs/common';
import type { DataOf, EventEnvelope, packageMoved } from '@waybill/contracts';
import { UnitOfWork } from '@waybill/persistence';
import type { EntityManager } from 'typeorm';
import { ProjectionNews } from '../news/projection-news.js';
import type { PackageDocuments } from '../packages/package-documents.js';
import { PACKAGE_DOCUMENTS } from '../packages/package-documents.js';
import type { PackageKey } from '../packages/package-key.js';
import { PackageRepository } from '../packages/package.repository.js';
import type { PackageRow } from '../packages/package-row.js';
import type { ReadModelOptions } from '../read-model-options.js';
import { READ_MODEL } from '../read-model-options.js';
import { RepositoryRepository } from '../repositories/repository.repository.js';
import { PackageMoveRepository } from './package-move.repository.js';

/** A package that was moved: everything of it is at its new place, with new addresses in its documents, and nothing at the old. */
@Injectable()
export class PackageMoves {
  readonly #moves: PackageMoveRepository;
  readonly #packages: PackageRepository;
  readonly #repositories: RepositoryRepository;
  readonly #news: ProjectionNews;
  readonly #unitOfWork: UnitOfWork;
  readonly #documents: PackageDocuments;
  readonly #options: ReadModelOptions;

  constructor(
    moves: PackageMoveRepository,
    packages: PackageRepository,
    repositories: RepositoryRepository,
    news: ProjectionNews,
    unitOfWork: UnitOfWork,
    @Inject(PACKAGE_DOCUMENTS) documents: PackageDocuments,
    @Inject(READ_MODEL) options: ReadModelOptions,
  ) {
    this.#moves = moves;
    this.#packages = packages;
    this.#repositories = repositories;
    this.#news = news;
    this.#unitOfWork = unitOfWork;
    this.#documents = documents;
    this.#options = options;
  }

  /** Packages of other ecosystems are passed over. */
  async move(event: EventEnvelope<DataOf<typeof packageMoved>>): Promise<void> {
    const { aggregateversion: version, data } = event;
    const name = this.#options.nameIn(data.packagePurl);
    if (name === undefined) return;
    const from = { repositoryId: data.repository.repositoryId, purl: data.packagePurl };
    const to = await this.#unitOfWork.run(async (manager) => {
      const place = { repositoryId: data.to.repositoryId, purl: data.packagePurl };
      await this.#lockBoth(manager, [from, place], name);
      // It may have moved on since.
      const now = await this.#moves.placeNow(manager, place, version);
      const isNew = await this.#moves.remember(manager, from, data.to.repositoryId, version);
      if (!isNew) return now;
      const entity = await this.#packages.lock(manager, now, name);
      const before = await this.#packages.lock(manager, from, name);
      await this.#moves.moveRows(manager, from, now.repositoryId);
      await this.#packages.setVisibility(manager, now, data.visibility, version);
      count(entity, before, { version, time: event.time });
      this.#documents.carry?.(entity, before);
      const known = await this.#repositories.findById(now.repositoryId);
      await this.#documents.write(manager, entity, known ?? data.to, 'all');
      // The row stays, so that nothing that is told of this place late makes it a package that was never there.
      before.aggregateVersion = Math.max(before.aggregateVersion, version);
      before.visibleVersion = Math.max(before.visibleVersion, version);
      await this.#documents.save(manager, before);
      return now;
    });
    for (const key of [from, to]) {
      await this.#news.announce({ ...key, packagePurl: key.purl, aggregateVersion: version });
    }
  }

  /** In one order for everybody. */
  async #lockBoth(manager: EntityManager, keys: readonly PackageKey[], name: string): Promise<void> {
    const inOrder = keys.toSorted((one, other) => (one.repositoryId < other.repositoryId ? -1 : 1));
    for (const key of inOrder) await this.#packages.lock(manager, key, name);
  }
}

/** What was counted where it was goes on where it is. */
function count(entity: PackageRow, before: PackageRow, { version, time }: { version: number; time: string }): void {
  entity.aggregateVersion = Math.max(entity.aggregateVersion, before.aggregateVersion, version);
  entity.visibleVersion = Math.max(entity.visibleVersion, before.visibleVersion, version);
  entity.modifiedAt = new Date(Math.max(entity.modifiedAt.getTime(), Date.parse(time)));
}
