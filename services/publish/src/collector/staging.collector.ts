import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { BlobStore } from '@waybill/blob-storage';
import type { Logger } from '@waybill/observability';
import { BLOB_STORE, LOGGER, SERVICE_CONFIG } from '@waybill/service-host';
import type { PublishConfig } from '../config.js';

const sweepMilliseconds = 60 * 60 * 1000;
const hour = 60 * 60 * 1000;

/** Deletes uploads that no release took, by age. Every replica may do it: discarding is idempotent. */
@Injectable()
export class StagingCollector implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #store: BlobStore;
  readonly #config: PublishConfig;
  readonly #log: Logger;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    @Inject(BLOB_STORE) store: BlobStore,
    @Inject(SERVICE_CONFIG) config: PublishConfig,
    @Inject(LOGGER) log: Logger,
  ) {
    this.#store = store;
    this.#config = config;
    this.#log = log;
  }

  onApplicationBootstrap(): void {
    this.#timer = setInterval(() => this.#sweep(), sweepMilliseconds);
    this.#timer.unref();
    this.#sweep();
  }

  onModuleDestroy(): void {
    clearInterval(this.#timer);
  }

  /** Resolves to the number of uploads that were deleted. */
  async collect(now: Date = new Date()): Promise<number> {
    const olderThan = new Date(now.getTime() - this.#config.WAYBILL_STAGING_HOURS * hour);
    let discarded = 0;
    for await (const upload of this.#store.listStaged({ olderThan })) {
      await this.#store.discardStaged(upload.key);
      discarded += 1;
    }
    return discarded;
  }

  #sweep(): void {
    this.collect().then(
      (discarded) => {
        if (discarded > 0) this.#log.info({ discarded }, 'Uploads that nobody took were deleted.');
      },
      (error: unknown) => this.#log.warn({ err: error }, 'Old uploads could not be deleted.'),
    );
  }
}
