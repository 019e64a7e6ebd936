import { Injectable } from '@nestjs/common';
import type { EventType } from '@waybill/contracts';
import {
  packageAggregate,
  releaseHeld,
  releasePublished,
  releaseQuarantined,
  releaseRejected,
  tagMoved,
} from '@waybill/contracts';
import type { ReleaseState } from '@waybill/domain';
import { Outbox } from '@waybill/messaging';
import type { EntityManager } from 'typeorm';
import { PackageRepository } from '../packages/package.repository.js';
import { TagRepository } from '../tags/tag.repository.js';
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

  /** The event of the release's new state; when it is published, its tags move with it. */
  async announce(manager: EntityManager, whole: WholeRelease, state: Announced): Promise<void> {
    const { package: owner, repository, release } = whole;
    const aggregate = packageAggregate(repository.repositoryId, owner.purl);
    owner.aggregateVersion += 1;
    const data = releaseFacts(whole);
    await this.#outbox.append(manager, eventOf[state], { aggregate, aggregateVersion: owner.aggregateVersion, data });
    if (state === 'published') {
      for (const tag of release.tags) {
        owner.aggregateVersion += 1;
        const { aggregateVersion } = owner;
        await this.#tags.save(manager, { packageId: owner.packageId, tag, version: release.version, aggregateVersion });
        const { repository: facts, packagePurl } = data;
        await this.#outbox.append(manager, tagMoved, {
          aggregate,
          aggregateVersion,
          data: { repository: facts, packagePurl, tag, version: release.version, movedBy: release.publishedBy },
        });
      }
    }
    await this.#packages.saveVersion(manager, owner);
  }
}
