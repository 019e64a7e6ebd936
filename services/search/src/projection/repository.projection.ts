import { Inject, Injectable } from '@nestjs/common';
import type { DataOf, EventEnvelope } from '@waybill/contracts';
import { repositoryChanged, repositoryCreated, repositoryPurged } from '@waybill/contracts';
import { OnEvent } from '@waybill/messaging';
import { RepositoryRepository } from '../repositories/repository.repository.js';
import type { SearchIndex } from '../search-index/search-index.js';
import { SEARCH_INDEX } from '../search-index/search-index.js';

@Injectable()
export class RepositoryProjection {
  readonly #repositories: RepositoryRepository;
  readonly #index: SearchIndex;

  constructor(repositories: RepositoryRepository, @Inject(SEARCH_INDEX) index: SearchIndex) {
    this.#repositories = repositories;
    this.#index = index;
  }

  @OnEvent(repositoryCreated)
  async onCreated(event: EventEnvelope<DataOf<typeof repositoryCreated>>): Promise<void> {
    await this.#repositories.save(event.data, event.aggregateversion);
  }

  @OnEvent(repositoryChanged)
  async onChanged(event: EventEnvelope<DataOf<typeof repositoryChanged>>): Promise<void> {
    await this.#repositories.save(event.data, event.aggregateversion);
  }

  @OnEvent(repositoryPurged)
  async onPurged({ data, aggregateversion }: EventEnvelope<DataOf<typeof repositoryPurged>>): Promise<void> {
    await this.#repositories.purge(data.repositoryId, aggregateversion);
    await this.#index.forget(data.repositoryId);
  }
}
