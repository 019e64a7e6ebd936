import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { BlobStore } from '@waybill/blob-storage';
import type { Logger } from '@waybill/observability';
import { BLOB_STORE, LOGGER, SERVICE_CONFIG } from '@waybill/service-host';
import type { PublishConfig } from '../config.js';
import { CollectorTurnRepository } from './collector-turn.repository.js';

const hour = 60 * 60 * 1000;
const sweepMilliseconds = hour;
const maxPerSweep = 10_000;

/** Deletes uploads that no release took, by age. */
@Injectable()
export class StagingCollector implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #store: BlobStore;
  readonly #config: PublishConfig;
  readonly #turn: CollectorTurnRepository;
  readonly #log: Logger;
  #timer: NodeJS.Timeout | undefined;
  #stopping = false;
  #running: Promise<void> = Promise.resolve();

  constructor(
    @Inject(BLOB_STORE) store: BlobStore,
    @Inject(SERVICE_CONFIG) config: PublishConfig,
    turn: CollectorTurnRepository,
    @Inject(LOGGER) log: Logger,
  ) {
    this.#store = store;
    this.#config = config;
    this.#turn = turn;
    this.#log = log;
  }

  onApplicationBootstrap(): void {
    this.#timer = setInterval(() => this.sweep(), sweepMilliseconds);
    this.#timer.unref();
    this.sweep();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.#timer);
    this.#stopping = true;
    await this.#running;
  }

  /** Resolves to the number of uploads that were deleted; to undefined when another replica is at it. */
  collect(now: Date = new Date()): Promise<number | undefined> {
    const olderThan = new Date(now.getTime() - this.#config.WAYBILL_STAGING_HOURS * hour);
    return this.#turn.take(async () => {
      let discarded = 0;
      for await (const upload of this.#store.listStaged({ olderThan })) {
        if (this.#stopping || discarded >= maxPerSweep) break;
        await this.#store.discardStaged(upload.key);
        discarded += 1;
      }
      return discarded;
    });
  }

  /** Collects, and says in the log how that went. */
  sweep(): void {
    this.#running = this.#running.then(async () => {
      try {
        const discarded = (await this.collect()) ?? 0;
        if (discarded > 0) this.#log.info({ discarded }, 'Uploads that nobody took were deleted.');
      } catch (error) {
        this.#log.warn({ err: error }, 'Old uploads could not be deleted.');
      }
    });
  }
}
