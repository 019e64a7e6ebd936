import { Injectable } from '@nestjs/common';
import type { DataOf, EventEnvelope, packageMoved } from '@waybill/contracts';
import { UnitOfWork } from '@waybill/persistence';
import type { EntityManager } from 'typeorm';
import type { NpmName } from '../names/npm-name.js';
import { PackageMoveRepository } from '../package-moves/package-move.repository.js';
import type { PackageEntity } from '../packument/package.entity.js';
import { PackumentProjector } from '../packument/packument.projector.js';
import type { PackageKey } from '../packument/packument.repository.js';
import { PackumentRepository } from '../packument/packument.repository.js';
import { RepositoryRepository } from '../repositories/repository.repository.js';
import { PackageChanges } from './package-changes.js';
import { ProjectionNews } from './projection-news.js';

/** A package that was moved: everything of it is at its new place, with new addresses in its documents, and nothing at the old. */
@Injectable()
export class PackageMoves {
  readonly #changes: PackageChanges;
  readonly #moves: PackageMoveRepository;
  readonly #packuments: PackumentRepository;
  readonly #projector: PackumentProjector;
  readonly #repositories: RepositoryRepository;
  readonly #news: ProjectionNews;
  readonly #unitOfWork: UnitOfWork;

  constructor(
    changes: PackageChanges,
    moves: PackageMoveRepository,
    packuments: PackumentRepository,
    projector: PackumentProjector,
    repositories: RepositoryRepository,
    news: ProjectionNews,
    unitOfWork: UnitOfWork,
  ) {
    this.#changes = changes;
    this.#moves = moves;
    this.#packuments = packuments;
    this.#projector = projector;
    this.#repositories = repositories;
    this.#news = news;
    this.#unitOfWork = unitOfWork;
  }

  async move(event: EventEnvelope<DataOf<typeof packageMoved>>, name: NpmName): Promise<void> {
    const { aggregateversion: version, data } = event;
    const from = { repositoryId: data.repository.repositoryId, purl: data.packagePurl };
    const to = await this.#unitOfWork.run(async (manager) => {
      const place = { repositoryId: data.to.repositoryId, purl: data.packagePurl };
      await this.#lockBoth(manager, [from, place], name);
      // It may have moved on since.
      const now = await this.#moves.placeNow(manager, place, version);
      const isNew = await this.#moves.remember(manager, from, data.to.repositoryId, version);
      if (!isNew) return now;
      const entity = await this.#packuments.lockPackage(manager, now, name);
      const before = await this.#packuments.lockPackage(manager, from, name);
      await this.#moves.moveRows(manager, from, now.repositoryId);
      await this.#packuments.setVisibility(manager, now, data.visibility, version);
      count(entity, before, { version, time: event.time });
      await this.#projector.rebuild(manager, entity, await this.#urlOf(now, data.to));
      // The row stays, so that nothing that is told of this place late makes it a package that was never there.
      before.aggregateVersion = Math.max(before.aggregateVersion, version);
      before.visibleVersion = Math.max(before.visibleVersion, version);
      await this.#packuments.savePackage(manager, before);
      return now;
    });
    for (const key of [from, to]) {
      await this.#news.announce({ ...key, packagePurl: key.purl, aggregateVersion: version });
    }
  }

  /** In one order for everybody. */
  async #lockBoth(manager: EntityManager, keys: readonly PackageKey[], name: NpmName): Promise<void> {
    const inOrder = keys.toSorted((one, other) => (one.repositoryId < other.repositoryId ? -1 : 1));
    for (const key of inOrder) await this.#packuments.lockPackage(manager, key, name);
  }

  async #urlOf(now: PackageKey, told: { readonly repositoryId: string; readonly slug: string }): Promise<string> {
    const known = await this.#repositories.findById(now.repositoryId);
    return this.#changes.urlOf(known ?? told);
  }
}

/** What was counted where it was goes on where it is. Owners are new there. */
function count(
  entity: PackageEntity,
  before: PackageEntity,
  { version, time }: { version: number; time: string },
): void {
  entity.aggregateVersion = Math.max(entity.aggregateVersion, before.aggregateVersion, version);
  entity.visibleVersion = Math.max(entity.visibleVersion, before.visibleVersion, version);
  entity.starsVersion = Math.max(entity.starsVersion, before.starsVersion) + 1;
  entity.modifiedAt = new Date(Math.max(entity.modifiedAt.getTime(), Date.parse(time)));
}
