import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { repositoryChanged, repositoryCreated, repositoryPurged } from '@waybill/contracts';
import { EventReplay } from '@waybill/messaging';
import type { Logger } from '@waybill/observability';
import { LOGGER } from '@waybill/service-host';
import { Turns } from '../clock/turns.js';
import { RebuildRepository } from './rebuild.repository.js';

const retryMilliseconds = 5000;

/** Repositories from before this service was there are learned from the event log, once. What was news then is none now. */
@Injectable()
export class ReadModelRebuild implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #rebuilds: RebuildRepository;
  readonly #replay: EventReplay;
  readonly #log: Logger;
  readonly #turns = new Turns();
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
    this.#turns.stop();
    await this.#running;
  }

  // The service that has the log may start later than this one.
  async #rebuildOnce(): Promise<void> {
    while (!this.#turns.stopped) {
      try {
        if (await this.#rebuilds.isFinished()) return;
        const events = await this.#replay.run({ types: [repositoryCreated, repositoryChanged, repositoryPurged] });
        await this.#rebuilds.finish();
        this.#log.info({ events }, 'The read model was built from the event log.');
        return;
      } catch (error) {
        this.#log.debug({ err: error }, 'The event log cannot be read yet.');
        await this.#turns.pause(retryMilliseconds);
      }
    }
  }
}
