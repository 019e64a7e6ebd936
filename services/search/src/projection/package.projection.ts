import { Inject, Injectable } from '@nestjs/common';
import type { DataOf, EventEnvelope } from '@waybill/contracts';
import {
  packageOwnersChanged,
  releaseDeprecated,
  releasePublished,
  releaseWithdrawn,
  tagMoved,
  tagRemoved,
} from '@waybill/contracts';
import { OnEvent } from '@waybill/messaging';
import { UnitOfWork } from '@waybill/persistence';
import type { EntityManager } from 'typeorm';
import type { PackageKey } from '../documents/search-document.js';
import { PackageDocuments } from '../packages/package-documents.js';
import { PackageRepository } from '../packages/package.repository.js';
import { ReleaseRepository } from '../packages/release.repository.js';
import type { SearchIndex } from '../search-index/search-index.js';
import { SEARCH_INDEX } from '../search-index/search-index.js';

const latest = 'latest';

/**
 * Events of packages → index. What an event says is kept unless something newer is known; then the document is made anew
 * from all that is known. It is indexed after the commit, with a revision that tells the index which of two is newer; an
 * event whose document could not be indexed comes again.
 */
@Injectable()
export class PackageProjection {
  readonly #unitOfWork: UnitOfWork;
  readonly #packages: PackageRepository;
  readonly #releases: ReleaseRepository;
  readonly #documents: PackageDocuments;
  readonly #index: SearchIndex;

  constructor(
    unitOfWork: UnitOfWork,
    packages: PackageRepository,
    releases: ReleaseRepository,
    documents: PackageDocuments,
    @Inject(SEARCH_INDEX) index: SearchIndex,
  ) {
    this.#unitOfWork = unitOfWork;
    this.#packages = packages;
    this.#releases = releases;
    this.#documents = documents;
    this.#index = index;
  }

  @OnEvent(releasePublished)
  async onPublished(event: EventEnvelope<DataOf<typeof releasePublished>>): Promise<void> {
    const { data, aggregateversion: at } = event;
    const { releaseId, version, summary, tags, deprecation } = data;
    const published = {
      releaseId,
      version,
      summary,
      publishedAt: new Date(data.settledAt ?? event.time),
      publishedBy: data.publishedBy.username,
    };
    const key = keyOf(data.repository, data.packagePurl);
    await this.#change(key, async (manager) => {
      await this.#releases.publish(manager, key, published, at);
      if (tags.includes(latest)) await this.#packages.pointLatest(manager, key, version, at);
      if (deprecation === undefined) return;
      await this.#releases.deprecate(manager, key, [{ releaseId, version, deprecated: true }], at);
    });
  }

  @OnEvent(releaseDeprecated)
  async onDeprecated(event: EventEnvelope<DataOf<typeof releaseDeprecated>>): Promise<void> {
    const key = keyOf(event.data.repository, event.data.packagePurl);
    const releases = event.data.releases.map(({ message, ...one }) => ({ ...one, deprecated: message !== null }));
    await this.#change(key, (manager) => this.#releases.deprecate(manager, key, releases, event.aggregateversion));
  }

  @OnEvent(releaseWithdrawn)
  async onWithdrawn(event: EventEnvelope<DataOf<typeof releaseWithdrawn>>): Promise<void> {
    const { data, aggregateversion: at } = event;
    const key = keyOf(data.repository, data.packagePurl);
    await this.#change(key, async (manager) => {
      await this.#releases.withdraw(manager, key, data.releases, at);
      const moved = data.movedTags[latest];
      if (moved !== undefined) await this.#packages.pointLatest(manager, key, moved, at);
      else if (data.removedTags.includes(latest)) await this.#packages.pointLatest(manager, key, null, at);
    });
  }

  @OnEvent(tagMoved)
  async onTagMoved(event: EventEnvelope<DataOf<typeof tagMoved>>): Promise<void> {
    const { repository, packagePurl, tag, version } = event.data;
    if (tag === latest) await this.#pointLatest(keyOf(repository, packagePurl), version, event.aggregateversion);
  }

  @OnEvent(tagRemoved)
  async onTagRemoved(event: EventEnvelope<DataOf<typeof tagRemoved>>): Promise<void> {
    const { repository, packagePurl, tag } = event.data;
    if (tag === latest) await this.#pointLatest(keyOf(repository, packagePurl), null, event.aggregateversion);
  }

  @OnEvent(packageOwnersChanged)
  async onOwnersChanged(event: EventEnvelope<DataOf<typeof packageOwnersChanged>>): Promise<void> {
    const key = keyOf(event.data, event.data.packagePurl);
    const usernames = event.data.owners.map(({ username }) => username);
    await this.#change(key, (manager) => this.#packages.setOwners(manager, key, usernames, event.aggregateversion));
  }

  async #pointLatest(key: PackageKey, version: string | null, at: number): Promise<void> {
    await this.#change(key, (manager) => this.#packages.pointLatest(manager, key, version, at));
  }

  async #change(key: PackageKey, change: (manager: EntityManager) => Promise<void>): Promise<void> {
    const changed = await this.#unitOfWork.run(async (manager) => {
      const revision = await this.#packages.lock(manager, key);
      await change(manager);
      return { ...key, revision, document: await this.#documents.of(manager, key) };
    });
    await this.#index.put(changed);
  }
}

function keyOf(repository: Pick<PackageKey, 'repositoryId'>, packagePurl: PackageKey['packagePurl']): PackageKey {
  return { repositoryId: repository.repositoryId, packagePurl };
}
