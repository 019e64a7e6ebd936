import { Injectable } from '@nestjs/common';
import type { DataOf, EventEnvelope } from '@waybill/contracts';
import { packageOwnersChanged, releaseDeprecated, releaseWithdrawn } from '@waybill/contracts';
import { OnEvent } from '@waybill/messaging';
import { DistTagEntity } from '../dist-tags/dist-tag.entity.js';
import { DistTagRepository } from '../dist-tags/dist-tag.repository.js';
import { PackageOwnerRepository } from '../owners/package-owner.repository.js';
import type { PackageKey } from '../packument/packument.repository.js';
import { ReleaseMarkRepository } from '../releases/release-mark.repository.js';
import { npmNameIn } from '../names/npm-name.js';
import { PackageChanges } from './package-changes.js';

type Owners = DataOf<typeof packageOwnersChanged>['owners'];

/** What happens to a package after its releases were published → read model. Idempotent, in any order. */
@Injectable()
export class PackageLifeProjection {
  readonly #changes: PackageChanges;
  readonly #marks: ReleaseMarkRepository;
  readonly #distTags: DistTagRepository;
  readonly #owners: PackageOwnerRepository;

  constructor(
    changes: PackageChanges,
    marks: ReleaseMarkRepository,
    distTags: DistTagRepository,
    owners: PackageOwnerRepository,
  ) {
    this.#changes = changes;
    this.#marks = marks;
    this.#distTags = distTags;
    this.#owners = owners;
  }

  @OnEvent(releaseDeprecated)
  async onDeprecated(event: EventEnvelope<DataOf<typeof releaseDeprecated>>): Promise<void> {
    const { releases } = event.data;
    await this.#changes.project(event, async (manager, key) => {
      await this.#marks.deprecate(manager, key, releases, event.aggregateversion);
      return this.#marks.apply(
        manager,
        releases.map(({ releaseId }) => releaseId),
      );
    });
  }

  @OnEvent(releaseWithdrawn)
  async onWithdrawn(event: EventEnvelope<DataOf<typeof releaseWithdrawn>>): Promise<void> {
    const { releases, removedTags, movedTags } = event.data;
    const tags = new Map<string, string | null>(removedTags.map((tag) => [tag, null]));
    for (const [tag, version] of Object.entries(movedTags)) tags.set(tag, version);
    await this.#changes.project(event, async (manager, key) => {
      await this.#marks.withdraw(manager, key, releases, event.aggregateversion);
      let changed = await this.#marks.apply(
        manager,
        releases.map(({ releaseId }) => releaseId),
      );
      for (const [tag, version] of tags) {
        const row = Object.assign(new DistTagEntity(), key, {
          tag,
          version,
          aggregateVersion: event.aggregateversion,
        });
        changed = (await this.#distTags.save(manager, row)) || changed;
      }
      return changed;
    });
  }

  /** In auth's own counting, apart from that of the releases. */
  @OnEvent(packageOwnersChanged)
  async onOwnersChanged(event: EventEnvelope<DataOf<typeof packageOwnersChanged>>): Promise<void> {
    const { repositoryId, packagePurl: purl, owners } = event.data;
    const name = npmNameIn(purl);
    if (name === undefined) return;
    const key = { repositoryId, purl };
    if (event.aggregateversion === 1 && (await this.#takeFirst(key, owners))) return;
    await this.#changes.change(key, name, async (manager, entity) => {
      if (entity.ownersVersion >= event.aggregateversion) return 'none';
      entity.ownersVersion = event.aggregateversion;
      entity.modifiedAt = new Date(Math.max(entity.modifiedAt.getTime(), Date.parse(event.time)));
      await this.#owners.replace(manager, key, owners);
      return 'both';
    });
  }

  /**
   * Before anything is known of owners, documents show the publishers: mostly the one who is now told to be the owner, and
   * then they stay as they are. Resolves to whether that is so, and written.
   */
  async #takeFirst(key: PackageKey, owners: Owners): Promise<boolean> {
    const [owner] = owners;
    if (owner === undefined || owners.length > 1 || owner.email !== null) return false;
    const seen = await this.#owners.seenBefore(key);
    if (seen === undefined || seen.publishers.length !== 1 || seen.publishers[0] !== owner.username) return false;
    // Nothing that anybody reads is different: there is no news of it.
    return this.#owners.insertFirst(key, owner, seen.rowVersion);
  }
}
