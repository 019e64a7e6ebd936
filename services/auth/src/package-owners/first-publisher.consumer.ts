import { Injectable } from '@nestjs/common';
import type { DataOf, EventEnvelope } from '@waybill/contracts';
import { releasePublished } from '@waybill/contracts';
import { OnEvent } from '@waybill/messaging';
import { UnitOfWork } from '@waybill/persistence';
import { UsersRepository } from '../users/users.repository.js';
import { OwnersAnnouncer } from './owners-announcer.js';
import { PackageOwnersRepository } from './package-owners.repository.js';

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
    await this.unitOfWork.run(async (manager) => {
      const ownership = await this.ownerships.lock(manager, key, repository.organizationId);
      const { learnedFrom, eventVersion } = ownership;
      const isUndecided = eventVersion === 0 || learnedFrom !== null;
      if (!isUndecided || (learnedFrom !== null && learnedFrom <= event.aggregateversion)) return;
      const publisher =
        publishedBy.userId === null ? undefined : await this.users.findById(publishedBy.userId, manager);
      const before = await this.ownerships.owners(key, manager);
      await this.ownerships.remove(
        manager,
        key,
        before.map(({ userId }) => userId),
      );
      if (publisher !== undefined) await this.ownerships.add(manager, key, [publisher.userId], false);
      await this.announcer.announce(manager, ownership, {
        changedBy: publishedBy.actor,
        learnedFrom: event.aggregateversion,
      });
    });
  }
}
