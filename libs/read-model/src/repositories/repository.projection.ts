import { Inject, Injectable } from '@nestjs/common';
import type { DataOf, EventEnvelope } from '@waybill/contracts';
import { repositoryChanged, repositoryCreated, repositoryPurged } from '@waybill/contracts';
import { EdgePurge } from '@waybill/edge';
import { OnEvent } from '@waybill/messaging';
import type { CacheTags } from '../cache-tags.js';
import { cacheTags } from '../cache-tags.js';
import type { ReadModelOptions } from '../read-model-options.js';
import { READ_MODEL } from '../read-model-options.js';
import { RepositoryRepository } from './repository.repository.js';

/** What becomes of repositories → read model, in any order. */
@Injectable()
export class RepositoryProjection {
  readonly #repositories: RepositoryRepository;
  readonly #edgePurge: EdgePurge;
  readonly #repositoryTag: CacheTags['repositoryTag'];

  constructor(
    repositories: RepositoryRepository,
    edgePurge: EdgePurge,
    @Inject(READ_MODEL) { ecosystem }: ReadModelOptions,
  ) {
    this.#repositories = repositories;
    this.#edgePurge = edgePurge;
    this.#repositoryTag = cacheTags(ecosystem).repositoryTag;
  }

  @OnEvent(repositoryCreated)
  async onCreated(event: EventEnvelope<DataOf<typeof repositoryCreated>>): Promise<void> {
    await this.#repositories.save(event.data, event.aggregateversion);
  }

  @OnEvent(repositoryChanged)
  async onChanged(event: EventEnvelope<DataOf<typeof repositoryChanged>>): Promise<void> {
    await this.#repositories.save(event.data, event.aggregateversion);
    // Who may see what is kept may be others now.
    await this.#edgePurge.purge([this.#repositoryTag(event.data.repositoryId)]);
  }

  @OnEvent(repositoryPurged)
  async onPurged({ data, aggregateversion }: EventEnvelope<DataOf<typeof repositoryPurged>>): Promise<void> {
    await this.#repositories.purge(data.repositoryId, aggregateversion);
    await this.#edgePurge.purge([this.#repositoryTag(data.repositoryId)]);
  }
}
