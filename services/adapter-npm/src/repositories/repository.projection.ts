import { Injectable } from '@nestjs/common';
import type { DataOf, EventEnvelope } from '@waybill/contracts';
import { repositoryChanged, repositoryCreated, repositoryPurged } from '@waybill/contracts';
import { EdgePurge } from '@waybill/edge';
import { OnEvent } from '@waybill/messaging';
import { repositoryTag } from '../projection/cache-tags.js';
import { RepositoryRepository } from './repository.repository.js';

@Injectable()
export class RepositoryProjection {
  readonly #repositories: RepositoryRepository;

  readonly #edgePurge: EdgePurge;

  constructor(repositories: RepositoryRepository, edgePurge: EdgePurge) {
    this.#repositories = repositories;
    this.#edgePurge = edgePurge;
  }

  @OnEvent(repositoryCreated)
  async onCreated(event: EventEnvelope<DataOf<typeof repositoryCreated>>): Promise<void> {
    await this.#repositories.save(event.data, event.aggregateversion);
  }

  @OnEvent(repositoryChanged)
  async onChanged(event: EventEnvelope<DataOf<typeof repositoryChanged>>): Promise<void> {
    await this.#repositories.save(event.data, event.aggregateversion);
    // Who may see what is kept may be others now.
    await this.#edgePurge.purge([repositoryTag(event.data.repositoryId)]);
  }

  @OnEvent(repositoryPurged)
  async onPurged({ data, aggregateversion }: EventEnvelope<DataOf<typeof repositoryPurged>>): Promise<void> {
    await this.#repositories.purge(data.repositoryId, aggregateversion);
    await this.#edgePurge.purge([repositoryTag(data.repositoryId)]);
  }
}
