import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { BlobStore } from '@waybill/blob-storage';
import type { Logger } from '@waybill/observability';
import { BLOB_STORE, LOGGER, SERVICE_CONFIG } from '@waybill/service-host';
import type { PublishConfig } from '../config.js';
import { CollectorTurnRepository } from './collector-turn.repository.js';
import { HourlySweep } from './hourly-sweep.js';

const hour = 60 * 60 * 1000;
const maxPerSweep = 10_000;

/** Deletes uploads that no release took, by age. */
@Injectable()
export class StagingCollector implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #store: BlobStore;
  readonly #config: PublishConfig;
  readonly #turn: CollectorTurnRepository;
  readonly #sweeps: HourlySweep;

  constructor(
    @Inject(BLOB_STORE) store: BlobStore,
    @Inject(SERVICE_CONFIG) config: PublishConfig,
    turn: CollectorTurnRepository,
    @Inject(LOGGER) log: Logger,
  ) {
    this.#store = store;
    this.#config = config;
    this.#turn = turn;
    this.#sweeps = new HourlySweep({
      work: () => this.collect(),
      log,
      said: { done: 'Uploads that nobody took were deleted.', failed: 'Old uploads could not be deleted.' },
    });
  }

  onApplicationBootstrap(): void {
    this.#sweeps.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.#sweeps.stop();
  }

  /** Resolves to the number of uploads that were deleted; to undefined when another replica is at it. */
  collect(now: Date = new Date()): Promise<number | undefined> {
    const olderThan = new Date(now.getTime() - this.#config.WAYBILL_STAGING_HOURS * hour);
    return this.#turn.take(async () => {
      let discarded = 0;
      for await (const upload of this.#store.listStaged({ olderThan })) {
        if (this.#sweeps.isStopping || discarded >= maxPerSweep) break;
        await this.#store.discardStaged(upload.key);
        discarded += 1;
      }
      return discarded;
    });
  }

  /** Collects, and says in the log how that went. */
  sweep(): void {
    this.#sweeps.next();
  }
}
