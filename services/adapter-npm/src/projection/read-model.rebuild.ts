import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { EventReplay } from '@waybill/messaging';
import type { Logger } from '@waybill/observability';
import { LOGGER } from '@waybill/service-host';
import { RepositoryRepository } from '../repositories/repository.repository.js';

const retryMilliseconds = 5000;

/** A read model that has nothing is rebuilt from the event log: a new adapter, a lost database, a schema made anew. */
@Injectable()
export class ReadModelRebuild implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #repositories: RepositoryRepository;
  readonly #replay: EventReplay;
  readonly #log: Logger;
  readonly #stop = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(repositories: RepositoryRepository, replay: EventReplay, @Inject(LOGGER) log: Logger) {
    this.#repositories = repositories;
    this.#replay = replay;
    this.#log = log;
  }

  onApplicationBootstrap(): void {
    this.#running = this.#rebuildIfEmpty();
  }

  async onModuleDestroy(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  /** The whole log again; safe at any time. Resolves to the number of events. */
  rebuild(): Promise<number> {
    return this.#replay.run({ ecosystem: 'npm' });
  }

  // The service that has the log may start later than this one.
  async #rebuildIfEmpty(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      try {
        if (!(await this.#repositories.isEmpty())) return;
        const events = await this.rebuild();
        this.#log.info({ events }, 'The read model was rebuilt from the event log.');
        return;
      } catch (error) {
        this.#log.debug({ err: error }, 'The event log cannot be read yet.');
        await delay(retryMilliseconds, undefined, { signal: this.#stop.signal }).catch(() => undefined);
      }
    }
  }
}
