import { Injectable } from '@nestjs/common';
import type { EventType } from '@waybill/contracts';
import {
  packageAggregate,
  releaseHeld,
  releasePublished,
  releaseQuarantined,
  releaseRejected,
} from '@waybill/contracts';
import type { ReleaseState } from '@waybill/domain';
import { Outbox } from '@waybill/messaging';
import type { EntityManager } from 'typeorm';
import { PackageRepository } from '../packages/package.repository.js';
import { TagRepository } from '../tags/tag.repository.js';
import { tagsToMove } from '../tags/tag.rules.js';
import { releaseFacts } from './release-facts.js';
import type { WholeRelease } from './release.repository.js';

type Announced = Extract<ReleaseState, 'quarantined' | 'published' | 'held' | 'rejected'>;

const eventOf = {
  quarantined: releaseQuarantined,
  published: releasePublished,
  held: releaseHeld,
  rejected: releaseRejected,
} as const satisfies Record<Announced, EventType>;

/** Writes down what happened to a release, in the transaction of it, under the lock of its package. */
@Injectable()
export class ReleaseEvents {
  readonly #outbox: Outbox;
  readonly #packages: PackageRepository;
  readonly #tags: TagRepository;

  constructor(outbox: Outbox, packages: PackageRepository, tags: TagRepository) {
    this.#outbox = outbox;
    this.#packages = packages;
    this.#tags = tags;
  }

  /** The event of the release's new state; when it is published, its tags move with it, and the event names just those. */
  async announce(manager: EntityManager, whole: WholeRelease, state: Announced): Promise<void> {
    const { package: owner, repository, release } = whole;
    const tags = state === 'published' ? await this.#tagsToMove(manager, whole) : release.tags;
    owner.aggregateVersion += 1;
    await this.#outbox.append(manager, eventOf[state], {
      aggregate: packageAggregate(repository.repositoryId, owner.purl),
      aggregateVersion: owner.aggregateVersion,
      data: { ...releaseFacts(whole), tags },
    });
    if (state === 'published') {
      await this.#moveTags(manager, whole, tags);
      owner.visibleVersion = owner.aggregateVersion;
    }
    await this.#packages.saveVersion(manager, owner);
  }

  async #tagsToMove(manager: EntityManager, { release, package: owner }: WholeRelease): Promise<string[]> {
    if (release.tags.length === 0) return [];
    return tagsToMove(release.tags, release.submittedAt, await this.#tags.listAll(manager, owner.packageId));
  }

  // The event of the release names them; one of their own would tell every reader the same again.
  async #moveTags(manager: EntityManager, whole: WholeRelease, tags: readonly string[]): Promise<void> {
    const { package: owner, release } = whole;
    const { packageId, aggregateVersion } = owner;
    const { version, submittedAt: wishedAt } = release;
    if (tags.length === 0) return;
    await this.#tags.save(
      manager,
      tags.map((tag) => ({ packageId, tag, version, wishedAt, aggregateVersion })),
    );
  }
}
