import { Inject, Injectable } from '@nestjs/common';
import { EventReplay, RebuildAtStart } from '@waybill/messaging';
import type { Logger } from '@waybill/observability';
import { LOGGER } from '@waybill/service-host';
import { RepositoryRepository } from '../repositories/repository.repository.js';

/** A read model that has nothing is built from the event log. */
@Injectable()
export class ReadModelRebuild extends RebuildAtStart {
  readonly #repositories: RepositoryRepository;
  readonly #replay: EventReplay;

  constructor(repositories: RepositoryRepository, replay: EventReplay, @Inject(LOGGER) log: Logger) {
    super(log);
    this.#repositories = repositories;
    this.#replay = replay;
  }

  /** The whole log again; safe at any time. Resolves to the number of events. */
  rebuild(): Promise<number> {
    return this.#replay.run({ ecosystem: 'npm' });
  }

  protected isNeeded(): Promise<boolean> {
    return this.#repositories.isEmpty();
  }
}
