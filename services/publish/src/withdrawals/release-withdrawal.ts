import { Injectable } from '@nestjs/common';
import { packageAggregate, releaseWithdrawn } from '@waybill/contracts';
import { Outbox } from '@waybill/messaging';
import type { EntityManager } from 'typeorm';
import { inMessages } from '../package-changes/in-messages.js';
import type { VisibleRelease } from '../package-changes/visible-release.repository.js';
import { VisibleReleaseRepository } from '../package-changes/visible-release.repository.js';
import type { PackageEntity } from '../packages/package.entity.js';
import { PackageRepository } from '../packages/package.repository.js';
import type { RepositoryEntity } from '../repositories/repository.entity.js';
import { factsOf } from '../repositories/repository.repository.js';
import { TagRepository } from '../tags/tag.repository.js';
import type { TagChanges } from './tag-changes.rules.js';

export interface DecidedWithdrawal {
  readonly repository: RepositoryEntity;
  /** Locked. */
  readonly owner: PackageEntity;
  readonly chosen: readonly Pick<VisibleRelease, 'releaseId' | 'version'>[];
  readonly changes: TagChanges;
  /** The actor. */
  readonly changedBy: string;
  /** The deletion that this is part of. */
  readonly deletionId?: string;
}

/** Takes versions of a locked package back and tells it, once it is decided that they go: for a withdrawal and a deletion. */
@Injectable()
export class ReleaseWithdrawal {
  readonly #packages: PackageRepository;
  readonly #releases: VisibleReleaseRepository;
  readonly #tags: TagRepository;
  readonly #outbox: Outbox;

  constructor(packages: PackageRepository, releases: VisibleReleaseRepository, tags: TagRepository, outbox: Outbox) {
    this.#packages = packages;
    this.#releases = releases;
    this.#tags = tags;
    this.#outbox = outbox;
  }

  async withdraw(manager: EntityManager, withdrawal: DecidedWithdrawal): Promise<void> {
    const { repository, owner, chosen, changes, changedBy, deletionId } = withdrawal;
    const releaseIds = chosen.map((release) => release.releaseId);
    await this.#releases.withdraw(manager, releaseIds, deletionId);
    const aggregate = packageAggregate(repository.repositoryId, owner.purl);
    const parts = inMessages(chosen.map(({ releaseId, version }) => ({ releaseId, version })));
    for (const [index, releases] of parts.entries()) {
      const aggregateVersion = await this.#packages.countVisibleChange(manager, owner);
      // The tags go with the last part: a consumer never sees one that points at what is gone already.
      const isLast = index === parts.length - 1;
      const { removed, moved } = isLast ? changes : { removed: [], moved: {} };
      const data = {
        repository: factsOf(repository),
        packagePurl: owner.purl,
        changedBy,
        releases,
        removedTags: removed,
        movedTags: moved,
      };
      await this.#outbox.append(manager, releaseWithdrawn, { aggregate, aggregateVersion, data });
    }
    await this.#saveTags(manager, owner, changes);
  }

  async #saveTags(manager: EntityManager, owner: PackageEntity, { removed, moved }: TagChanges): Promise<void> {
    const { packageId, aggregateVersion } = owner;
    const shared = { packageId, aggregateVersion, wishedAt: new Date() };
    const tags = [
      ...removed.map((tag) => ({ ...shared, tag, version: null })),
      ...Object.entries(moved).map(([tag, version]) => ({ ...shared, tag, version })),
    ];
    if (removed.length > 0) await this.#tags.forgetRemoved(manager, packageId);
    if (tags.length > 0) await this.#tags.save(manager, tags);
  }
}
