import { Inject, Injectable, Optional } from '@nestjs/common';
import type { DataOf, EventEnvelope } from '@waybill/contracts';
import { releaseDeprecated, releaseRestored, releaseWithdrawn, releaseYanked } from '@waybill/contracts';
import { OnEvent } from '@waybill/messaging';
import type { EntityManager } from 'typeorm';
import { PackageChanges } from '../packages/package-changes.js';
import type { PackageEvent } from '../packages/package-changes.js';
import type { PackageTags } from '../packages/package-documents.js';
import { PACKAGE_TAGS } from '../packages/package-documents.js';
import type { PackageKey } from '../packages/package-key.js';
import type { MarkedRelease } from './release-mark.repository.js';
import { ReleaseMarkRepository } from './release-mark.repository.js';

/** What is said of releases after they were published → read model. Idempotent, in any order. */
@Injectable()
export class ReleaseMarksProjection {
  readonly #changes: PackageChanges;
  readonly #marks: ReleaseMarkRepository;
  readonly #tags: PackageTags | undefined;

  constructor(
    changes: PackageChanges,
    marks: ReleaseMarkRepository,
    @Optional() @Inject(PACKAGE_TAGS) tags: PackageTags | undefined,
  ) {
    this.#changes = changes;
    this.#marks = marks;
    this.#tags = tags;
  }

  @OnEvent(releaseDeprecated)
  async onDeprecated(event: EventEnvelope<DataOf<typeof releaseDeprecated>>): Promise<void> {
    const { releases } = event.data;
    await this.#mark(event, releases, (manager, key) =>
      this.#marks.deprecate(manager, key, releases, event.aggregateversion),
    );
  }

  @OnEvent(releaseYanked)
  async onYanked(event: EventEnvelope<DataOf<typeof releaseYanked>>): Promise<void> {
    const { releases } = event.data;
    await this.#mark(event, releases, (manager, key) =>
      this.#marks.yank(manager, key, releases, event.aggregateversion),
    );
  }

  @OnEvent(releaseWithdrawn)
  async onWithdrawn(event: EventEnvelope<DataOf<typeof releaseWithdrawn>>): Promise<void> {
    const { releases, removedTags, movedTags } = event.data;
    const tags = new Map<string, string | null>([
      ...removedTags.map((tag) => [tag, null] as const),
      ...Object.entries(movedTags),
    ]);
    const withdraw = (manager: EntityManager, key: PackageKey) =>
      this.#marks.withdraw(manager, key, releases, event.aggregateversion);
    await this.#mark(event, releases, withdraw, tags);
  }

  /** The same versions with the same bytes: their rows were kept. */
  @OnEvent(releaseRestored)
  async onRestored(event: EventEnvelope<DataOf<typeof releaseRestored>>): Promise<void> {
    const { releases, tags } = event.data;
    const restore = (manager: EntityManager, key: PackageKey) =>
      this.#marks.restore(manager, key, releases, event.aggregateversion);
    await this.#mark(event, releases, restore, new Map(Object.entries(tags)));
  }

  async #mark(
    event: PackageEvent,
    releases: readonly MarkedRelease[],
    mark: (manager: EntityManager, key: PackageKey) => Promise<void>,
    tags: ReadonlyMap<string, string | null> = new Map(),
  ): Promise<void> {
    await this.#changes.project(event, async (manager, key) => {
      await mark(manager, key);
      const ids = releases.map(({ releaseId }) => releaseId);
      const changed = await this.#marks.apply(manager, ids);
      const pointed = await this.#tags?.point(manager, key, tags, event.aggregateversion);
      return changed || pointed === true;
    });
  }
}
