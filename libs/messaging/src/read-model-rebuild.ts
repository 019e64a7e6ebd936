import { setTimeout as delay } from 'node:timers/promises';
import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import type { Logger } from '@waybill/observability';

const retryMilliseconds = 5000;

/**
 * Builds a read model from the event log when the service starts, where that is needed: a new service, a lost database, a schema
 * made anew. The service that has the log may start later than this one: it is asked until it answers.
 */
export abstract class RebuildAtStart implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #log: Logger;
  readonly #stop = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(log: Logger) {
    this.#log = log;
  }

  protected abstract isNeeded(): Promise<boolean>;

  /** Safe at any time. Resolves to the number of events. */
  abstract rebuild(): Promise<number>;

  onApplicationBootstrap(): void {
    this.#running = this.#rebuildOnce();
  }

  async onModuleDestroy(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #rebuildOnce(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      try {
        if (!(await this.isNeeded())) return;
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
