import { Injectable } from '@nestjs/common';
import type { DataOf, EventEnvelope } from '@waybill/contracts';
import { packageChanged, packageMoved, packageOwnersChanged, tagMoved, tagRemoved } from '@waybill/contracts';
import { DomainError } from '@waybill/domain';
import { OnEvent } from '@waybill/messaging';
import { DeliveriesService } from '../deliveries/deliveries.service.js';
import { RepositoryRepository } from '../repositories/repository.repository.js';
import {
  newsOfArrival,
  newsOfMove,
  newsOfMovedTag,
  newsOfOwners,
  newsOfPackage,
  newsOfRemovedTag,
} from './package-news.rules.js';

/** What happens to packages and their tags, for the webhooks that asked for it. */
@Injectable()
export class PackageNews {
  readonly #deliveries: DeliveriesService;
  readonly #repositories: RepositoryRepository;

  constructor(deliveries: DeliveriesService, repositories: RepositoryRepository) {
    this.#deliveries = deliveries;
    this.#repositories = repositories;
  }

  @OnEvent(tagMoved)
  onTagMoved(event: EventEnvelope<DataOf<typeof tagMoved>>): Promise<void> {
    return this.#deliveries.tell(newsOfMovedTag(event));
  }

  @OnEvent(tagRemoved)
  onTagRemoved(event: EventEnvelope<DataOf<typeof tagRemoved>>): Promise<void> {
    return this.#deliveries.tell(newsOfRemovedTag(event));
  }

  @OnEvent(packageChanged)
  onPackageChanged(event: EventEnvelope<DataOf<typeof packageChanged>>): Promise<void> {
    return this.#deliveries.tell(newsOfPackage(event));
  }

  @OnEvent(packageMoved)
  async onPackageMoved(event: EventEnvelope<DataOf<typeof packageMoved>>): Promise<void> {
    await this.#deliveries.tell(newsOfMove(event));
    await this.#deliveries.tell(newsOfArrival(event));
  }

  @OnEvent(packageOwnersChanged)
  async onOwnersChanged(event: EventEnvelope<DataOf<typeof packageOwnersChanged>>): Promise<void> {
    const repository = await this.#repositories.findById(event.data.repositoryId);
    // It comes again: the repository is on its way, or in the event log that is being read.
    if (repository === null) throw new DomainError('unavailable', 'repository.unknown', 'Its repository is not known.');
    await this.#deliveries.tell(newsOfOwners(event, repository));
  }
}
