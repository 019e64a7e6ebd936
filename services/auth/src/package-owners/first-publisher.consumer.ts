import { Injectable } from '@nestjs/common';
import type { DataOf, EventEnvelope } from '@waybill/contracts';
import { releasePublished } from '@waybill/contracts';
import { OnEvent } from '@waybill/messaging';
import { UnitOfWork } from '@waybill/persistence';
import type { OrganizationId, UserId } from '@waybill/domain';
import type { EntityManager } from 'typeorm';
import { OwnersAnnouncer } from './owners-announcer.js';
import type { PackageKey } from './package-owners.repository.js';
import { PackageOwnersRepository } from './package-owners.repository.js';

interface FirstPublisher {
  readonly organizationId: OrganizationId;
  /** Undefined when there is no such user any more. */
  readonly owner: UserId | undefined;
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
    private readonly announcer: OwnersAnnouncer,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  @OnEvent(releasePublished)
  async onPublished(event: EventEnvelope<DataOf<typeof releasePublished>>): Promise<void> {
    const { repository, packagePurl, publishedBy } = event.data;
    const key = { repositoryId: repository.repositoryId, packagePurl };
    const learnedFrom = event.aggregateversion;
    const { actor: changedBy, userId } = publishedBy;
    // Of nearly every publish it is known already who owns the package: one question then, and no transaction.
    const unlearned = await this.ownerships.unlearned(key, { from: learnedFrom, publisher: userId });
    if (unlearned === undefined) return;
    const by = {
      organizationId: repository.organizationId,
      owner: unlearned.publisher?.userId,
      changedBy,
      learnedFrom,
    };
    const owners = unlearned.publisher === undefined ? [] : [unlearned.publisher];
    const isFirst = await this.ownerships.learnFirst(key, by, (manager, source) =>
      this.announcer.part(manager, key, { aggregateVersion: 1, owners, changedBy }, source),
    );
    if (isFirst) this.announcer.sent();
    else await this.unitOfWork.run((manager) => this.#learnAgain(manager, key, by));
  }

  /** An earlier event came later, or somebody has looked at the owners meanwhile. */
  async #learnAgain(manager: EntityManager, key: PackageKey, by: FirstPublisher): Promise<void> {
    const ownership = await this.ownerships.lock(manager, key, by.organizationId);
    const { learnedFrom, eventVersion } = ownership;
    const isUndecided = eventVersion === 0 || learnedFrom !== null;
    if (!isUndecided || (learnedFrom !== null && learnedFrom <= by.learnedFrom)) return;
    const before = await this.ownerships.owners(key, manager);
    await this.ownerships.remove(
      manager,
      key,
      before.map(({ userId }) => userId),
    );
    if (by.owner !== undefined) await this.ownerships.add(manager, key, [by.owner], false);
    await this.announcer.announce(manager, ownership, by);
  }
}
