import { Inject, Injectable } from '@nestjs/common';
import { EventReplay, RebuildAtStart } from '@waybill/messaging';
import type { Logger } from '@waybill/observability';
import { LOGGER } from '@waybill/service-host';
import type { ReadModelOptions } from './read-model-options.js';
import { READ_MODEL } from './read-model-options.js';
import { RepositoryRepository } from './repositories/repository.repository.js';

/** A read model that has nothing is built from the event log. */
@Injectable()
export class ReadModelRebuild extends RebuildAtStart {
  readonly #repositories: RepositoryRepository;
  readonly #replay: EventReplay;
  readonly #ecosystem: string;

  constructor(
    repositories: RepositoryRepository,
    replay: EventReplay,
    @Inject(READ_MODEL) { ecosystem }: ReadModelOptions,
    @Inject(LOGGER) log: Logger,
  ) {
    super(log);
    this.#repositories = repositories;
    this.#replay = replay;
    this.#ecosystem = ecosystem;
  }

  /** The whole log again; safe at any time. Resolves to the number of events. */
  rebuild(): Promise<number> {
    return this.#replay.run({ ecosystem: this.#ecosystem });
  }

  protected isNeeded(): Promise<boolean> {
    return this.#repositories.isEmpty();
  }
}
