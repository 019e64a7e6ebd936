import { Injectable } from '@nestjs/common';
import type { DataOf, EventEnvelope } from '@waybill/contracts';
import { releasePublished } from '@waybill/contracts';
import { OnEvent } from '@waybill/messaging';
import { UnitOfWork } from '@waybill/persistence';
import type { OrganizationId, UserId } from '@waybill/domain';
import type { EntityManager } from 'typeorm';
import { UsersRepository } from '../users/users.repository.js';
import { OwnersAnnouncer } from './owners-announcer.js';
import type { PackageKey } from './package-owners.repository.js';
import { PackageOwnersRepository } from './package-owners.repository.js';

interface FirstPublisher {
  readonly organizationId: OrganizationId;
  readonly publisher: UserId | null;
  readonly changedBy: string;
  readonly learnedFrom: number;
}

/**
 * Who published a package first owns it, until people say otherwise. Events come in any order and more than once: the
 * lowest version of the package is the first.
 */
@Injectable()
export class FirstPublisherConsumer {
  constructor(
    private readonly ownerships: PackageOwnersRepository,
    private readonly users: UsersRepository,
    private readonly announcer: OwnersAnnouncer,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  @OnEvent(releasePublished)
  async onPublished(event: EventEnvelope<DataOf<typeof releasePublished>>): Promise<void> {
    const { repository, packagePurl, publishedBy } = event.data;
    const key = { repositoryId: repository.repositoryId, packagePurl };
    const { organizationId } = repository;
    const by = {
      publisher: publishedBy.userId ?? null,
      changedBy: publishedBy.actor,
      learnedFrom: event.aggregateversion,
    };
    // Of nearly every publish it is known already who owns the package: no transaction for that.
    if (!(await this.ownerships.wouldLearn(key, by.learnedFrom))) return;
    await this.unitOfWork.run(async (manager) => {
      const owners = await this.ownerships.learnFirst(manager, key, { organizationId, ...by });
      if (owners === undefined) await this.#learnAgain(manager, key, { organizationId, ...by });
      else await this.announcer.announceWritten(manager, key, { aggregateVersion: 1, owners, changedBy: by.changedBy });
    });
  }

  /** An earlier event came later, or somebody has looked at the owners meanwhile. */
  async #learnAgain(manager: EntityManager, key: PackageKey, by: FirstPublisher): Promise<void> {
    const ownership = await this.ownerships.lock(manager, key, by.organizationId);
    const { learnedFrom, eventVersion } = ownership;
    const isUndecided = eventVersion === 0 || learnedFrom !== null;
    if (!isUndecided || (learnedFrom !== null && learnedFrom <= by.learnedFrom)) return;
    const isThere = by.publisher !== null && (await this.users.exists(by.publisher, manager));
    const before = await this.ownerships.owners(key, manager);
    await this.ownerships.remove(
      manager,
      key,
      before.map(({ userId }) => userId),
    );
    if (by.publisher !== null && isThere) await this.ownerships.add(manager, key, [by.publisher], false);
    await this.announcer.announce(manager, ownership, by);
  }
}
