import { Injectable } from '@nestjs/common';
import type { DataOf, EventEnvelope } from '@waybill/contracts';
import {
  packageOwnersChanged,
  releaseDeprecated,
  releaseHeld,
  releasePublished,
  releaseRejected,
  releaseWithdrawn,
  repositoryChanged,
  repositoryCreated,
  tagMoved,
  tagRemoved,
} from '@waybill/contracts';
import { DomainError } from '@waybill/domain';
import { OnEvent } from '@waybill/messaging';
import { DeliveriesService } from '../deliveries/deliveries.service.js';
import { RepositoryRepository } from '../repositories/repository.repository.js';
import {
  news,
  newsOfDeprecation,
  newsOfMovedTag,
  newsOfRelease,
  newsOfRemovedTag,
  newsOfRepository,
  newsOfWithdrawal,
} from './release-news.rules.js';

const maxOwners = 200;

/** Turns facts of the bus into deliveries to the webhooks that asked for them. */
@Injectable()
export class NewsConsumer {
  readonly #deliveries: DeliveriesService;
  readonly #repositories: RepositoryRepository;

  constructor(deliveries: DeliveriesService, repositories: RepositoryRepository) {
    this.#deliveries = deliveries;
    this.#repositories = repositories;
  }

  @OnEvent(releasePublished)
  onPublished(event: EventEnvelope<DataOf<typeof releasePublished>>): Promise<void> {
    return this.#deliveries.tell(newsOfRelease('waybill.release.published.v1', event));
  }

  @OnEvent(releaseHeld)
  onHeld(event: EventEnvelope<DataOf<typeof releaseHeld>>): Promise<void> {
    return this.#deliveries.tell(newsOfRelease('waybill.release.held.v1', event));
  }

  @OnEvent(releaseRejected)
  onRejected(event: EventEnvelope<DataOf<typeof releaseRejected>>): Promise<void> {
    return this.#deliveries.tell(newsOfRelease('waybill.release.rejected.v1', event));
  }

  @OnEvent(releaseDeprecated)
  onDeprecated(event: EventEnvelope<DataOf<typeof releaseDeprecated>>): Promise<void> {
    return this.#deliveries.tell(newsOfDeprecation(event));
  }

  @OnEvent(releaseWithdrawn)
  onWithdrawn(event: EventEnvelope<DataOf<typeof releaseWithdrawn>>): Promise<void> {
    return this.#deliveries.tell(newsOfWithdrawal(event));
  }

  @OnEvent(tagMoved)
  onTagMoved(event: EventEnvelope<DataOf<typeof tagMoved>>): Promise<void> {
    return this.#deliveries.tell(newsOfMovedTag(event));
  }

  @OnEvent(tagRemoved)
  onTagRemoved(event: EventEnvelope<DataOf<typeof tagRemoved>>): Promise<void> {
    return this.#deliveries.tell(newsOfRemovedTag(event));
  }

  @OnEvent(repositoryCreated)
  onRepositoryCreated(event: EventEnvelope<DataOf<typeof repositoryCreated>>): Promise<void> {
    return this.#deliveries.tell(newsOfRepository('waybill.repository.created.v1', event));
  }

  @OnEvent(repositoryChanged)
  onRepositoryChanged(event: EventEnvelope<DataOf<typeof repositoryChanged>>): Promise<void> {
    return this.#deliveries.tell(newsOfRepository('waybill.repository.changed.v1', event));
  }

  /** Names only: the addresses of owners are nobody else's business. */
  @OnEvent(packageOwnersChanged)
  async onOwnersChanged({ data, ...event }: EventEnvelope<DataOf<typeof packageOwnersChanged>>): Promise<void> {
    const repository = await this.#repositories.findById(data.repositoryId);
    // It comes again: the repository is on its way, or in the event log that is being read.
    if (repository === null) throw new DomainError('unavailable', 'repository.unknown', 'Its repository is not known.');
    const owners = data.owners.slice(0, maxOwners).map(({ username }) => username);
    const more = { package: data.packagePurl, owners, ownerCount: data.owners.length };
    await this.#deliveries.tell(news('waybill.package-owners.changed.v1', event, repository, more));
  }
}
