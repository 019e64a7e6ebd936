import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { EventReplay } from '@waybill/messaging';
import type { Logger } from '@waybill/observability';
import { LOGGER } from '@waybill/service-host';
import { RebuildRepository } from './rebuild.repository.js';

const retryMilliseconds = 5000;

/** A read model that never saw the end of the event log is built from it: a new service, a lost database, a new schema. */
@Injectable()
export class ReadModelRebuild implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #rebuilds: RebuildRepository;
  readonly #replay: EventReplay;
  readonly #log: Logger;
  readonly #stop = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(rebuilds: RebuildRepository, replay: EventReplay, @Inject(LOGGER) log: Logger) {
    this.#rebuilds = rebuilds;
    this.#replay = replay;
    this.#log = log;
  }

  onApplicationBootstrap(): void {
    this.#running = this.#rebuildOnce();
  }

  async onModuleDestroy(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  /** The whole log again; safe at any time. Resolves to the number of events. */
  async rebuild(): Promise<number> {
    const events = await this.#replay.run();
    await this.#rebuilds.finish();
    return events;
  }

  // The service that has the log may start later than this one.
  async #rebuildOnce(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      try {
        if (await this.#rebuilds.isFinished()) return;
        const events = await this.rebuild();
        this.#log.info({ events }, 'The read model was built from the event log.');
        return;
      } catch (error) {
        this.#log.debug({ err: error }, 'The event log cannot be read yet.');
        await delay(retryMilliseconds, undefined, { signal: this.#stop.signal }).catch(() => undefined);
      }
    }
  }
}
