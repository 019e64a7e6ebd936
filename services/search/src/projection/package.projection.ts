import { Inject, Injectable } from '@nestjs/common';
import type { DataOf, EventEnvelope } from '@waybill/contracts';
import {
  packageChanged,
  packageMoved,
  packageOwnersChanged,
  releaseDeprecated,
  releasePublished,
  releaseRestored,
  releaseWithdrawn,
  tagMoved,
  tagRemoved,
} from '@waybill/contracts';
import { OnEvent } from '@waybill/messaging';
import type { PackageKey } from '../documents/search-document.js';
import { PackageDocuments, shownRelease, shownUsernames } from '../packages/package-documents.js';
import { PackageMoveRepository } from '../packages/package-move.repository.js';
import type { Revised } from '../packages/package-revision.sql.js';
import type { KnownPackage } from '../packages/package.repository.js';
import { PackageRepository } from '../packages/package.repository.js';
import { ReleaseRepository } from '../packages/release.repository.js';
import type { SearchIndex } from '../search-index/search-index.js';
import { SEARCH_INDEX } from '../search-index/search-index.js';

const latest = 'latest';

/**
 * Events of packages → index. What an event says is kept unless something newer is known; then the document is made anew
 * from all that is known. It is indexed after that, with a revision that tells the index which of two is newer; an event
 * whose document could not be indexed comes again, and is indexed again although nothing of it is new.
 */
@Injectable()
export class PackageProjection {
  readonly #packages: PackageRepository;
  readonly #releases: ReleaseRepository;
  readonly #moves: PackageMoveRepository;
  readonly #documents: PackageDocuments;
  readonly #index: SearchIndex;

  constructor(
    packages: PackageRepository,
    releases: ReleaseRepository,
    moves: PackageMoveRepository,
    documents: PackageDocuments,
    @Inject(SEARCH_INDEX) index: SearchIndex,
  ) {
    this.#packages = packages;
    this.#releases = releases;
    this.#moves = moves;
    this.#documents = documents;
    this.#index = index;
  }

  @OnEvent(releasePublished)
  async onPublished(event: EventEnvelope<DataOf<typeof releasePublished>>): Promise<void> {
    const { data, aggregateversion: at } = event;
    const { version } = data;
    const release = {
      releaseId: data.releaseId,
      version,
      summary: data.summary,
      publishedAt: new Date(data.settledAt ?? event.time),
      publishedBy: data.publishedBy.username,
      deprecated: data.deprecation !== undefined,
    };
    const key = keyOf(data.repository, data.packagePurl);
    const tag = data.tags.includes(latest) ? { version, at } : undefined;
    const revised = await this.#releases.publish(key, release, at, tag);
    const { revision } = revised;
    if (revision === 1) await this.#index.put(this.#documents.ofFirst(key, revision, release));
    else await this.#indexWhereItIs(key, at, revised);
  }

  @OnEvent(releaseDeprecated)
  async onDeprecated(event: EventEnvelope<DataOf<typeof releaseDeprecated>>): Promise<void> {
    const key = keyOf(event.data.repository, event.data.packagePurl);
    const releases = event.data.releases.map(({ message, ...one }) => ({ ...one, deprecated: message !== null }));
    const at = event.aggregateversion;
    await this.#indexWhereItIs(key, at, await this.#releases.deprecate(key, releases, at));
  }

  @OnEvent(releaseWithdrawn)
  async onWithdrawn(event: EventEnvelope<DataOf<typeof releaseWithdrawn>>): Promise<void> {
    const { data, aggregateversion: at } = event;
    const key = keyOf(data.repository, data.packagePurl);
    const moved = data.movedTags[latest];
    const isTold = moved !== undefined || data.removedTags.includes(latest);
    const pointed = isTold ? { version: moved ?? null, at } : undefined;
    await this.#indexWhereItIs(key, at, await this.#releases.withdraw(key, data.releases, at, pointed));
  }

  @OnEvent(releaseRestored)
  async onRestored(event: EventEnvelope<DataOf<typeof releaseRestored>>): Promise<void> {
    const { data, aggregateversion: at } = event;
    const key = keyOf(data.repository, data.packagePurl);
    const version = data.tags[latest];
    const pointed = version === undefined ? undefined : { version, at };
    await this.#indexWhereItIs(key, at, await this.#releases.restore(key, data.releases, at, pointed));
  }

  @OnEvent(packageChanged)
  async onChanged(event: EventEnvelope<DataOf<typeof packageChanged>>): Promise<void> {
    const { data, aggregateversion: at } = event;
    const key = keyOf(data.repository, data.packagePurl);
    await this.#indexWhereItIs(key, at, await this.#packages.setVisibility(key, data.visibility, at));
  }

  @OnEvent(packageMoved)
  async onMoved(event: EventEnvelope<DataOf<typeof packageMoved>>): Promise<void> {
    const { data, aggregateversion: at } = event;
    const key = keyOf(data.repository, data.packagePurl);
    const now = await this.#moves.move(key, data.to.repositoryId, { at, visibility: data.visibility });
    await this.#indexBoth(key, now);
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

  /** The first owner is who published, whom the document names already: then nothing is written to the index. */
  @OnEvent(packageOwnersChanged)
  async onOwnersChanged(event: EventEnvelope<DataOf<typeof packageOwnersChanged>>): Promise<void> {
    const key = keyOf(event.data, event.data.packagePurl);
    const usernames = event.data.owners.map(({ username }) => username);
    const before = await this.#packages.find(key);
    const unseenAt = before !== undefined && showsTheSame(before, usernames) ? before.revision : undefined;
    const revision = await this.#packages.setOwners(key, usernames, event.aggregateversion, unseenAt);
    // Owners that were known already: perhaps the index could not be reached when they were told the first time.
    if (revision === undefined || revision !== unseenAt) await this.#indexAnew(key);
  }

  async #pointLatest(key: PackageKey, version: string | null, at: number): Promise<void> {
    await this.#indexWhereItIs(key, at, await this.#packages.pointLatest(key, { version, at }));
  }

  /** What was told of a place that the package has left since belongs where it is. */
  async #indexWhereItIs(key: PackageKey, at: number, { movedVersion }: Revised): Promise<void> {
    await this.#indexBoth(key, movedVersion > at ? await this.#moves.follow(key, at) : key);
  }

  async #indexBoth(key: PackageKey, now: PackageKey): Promise<void> {
    await this.#indexAnew(key);
    if (now.repositoryId !== key.repositoryId) await this.#indexAnew(now);
  }

  async #indexAnew(key: PackageKey): Promise<void> {
    await this.#index.put(await this.#documents.of(key));
  }
}

function showsTheSame(known: KnownPackage, owners: readonly string[]): boolean {
  const release = shownRelease(known);
  if (release === undefined) return false;
  const before = shownUsernames(release.publishedBy, known.owners);
  const after = shownUsernames(release.publishedBy, owners);
  return before.length === after.length && after.every((username) => before.includes(username));
}

function keyOf(repository: Pick<PackageKey, 'repositoryId'>, packagePurl: PackageKey['packagePurl']): PackageKey {
  return { repositoryId: repository.repositoryId, packagePurl };
}
