import { Injectable } from '@nestjs/common';
import type { DataOf, EventEnvelope } from '@waybill/contracts';
import { repositoryChanged, repositoryCreated } from '@waybill/contracts';
import { OnEvent } from '@waybill/messaging';
import { RepositoryRepository } from '../repositories/repository.repository.js';

@Injectable()
export class RepositoryProjection {
  readonly #repositories: RepositoryRepository;

  constructor(repositories: RepositoryRepository) {
    this.#repositories = repositories;
  }

  @OnEvent(repositoryCreated)
  async onCreated(event: EventEnvelope<DataOf<typeof repositoryCreated>>): Promise<void> {
    await this.#repositories.save(event.data, event.aggregateversion);
  }

  @OnEvent(repositoryChanged)
  async onChanged(event: EventEnvelope<DataOf<typeof repositoryChanged>>): Promise<void> {
    await this.#repositories.save(event.data, event.aggregateversion);
  }
}
