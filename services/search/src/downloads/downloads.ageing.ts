import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Logger } from '@waybill/observability';
import { LOGGER } from '@waybill/service-host';
import { DownloadsIndexing } from './downloads.indexing.js';
import { DownloadsRepository } from './downloads.repository.js';

const pauseMilliseconds = 60 * 60_000;
const pageSize = 1000;

/** Takes days out of the counts that are a month old, also of packages that nobody downloads any more. */
@Injectable()
export class DownloadsAgeing implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #downloads: DownloadsRepository;
  readonly #indexing: DownloadsIndexing;
  readonly #log: Logger;
  readonly #stop = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(downloads: DownloadsRepository, indexing: DownloadsIndexing, @Inject(LOGGER) log: Logger) {
    this.#downloads = downloads;
    this.#indexing = indexing;
    this.#log = log;
  }

  onApplicationBootstrap(): void {
    this.#running = this.#everyHour();
  }

  async onModuleDestroy(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  /** One round over everything that was downloaded; safe at any time. */
  async age(): Promise<void> {
    let page = await this.#downloads.page(undefined, pageSize);
    while (page.length > 0 && !this.#stop.signal.aborted) {
      await this.#indexing.tell(page);
      page = await this.#downloads.page(page.at(-1), pageSize);
    }
    await this.#downloads.forget();
  }

  async #everyHour(): Promise<void> {
    for (;;) {
      await delay(pauseMilliseconds, undefined, { signal: this.#stop.signal, ref: false }).catch(() => undefined);
      if (this.#stop.signal.aborted) return;
      await this.age().catch((error: unknown) => {
        this.#log.warn({ err: error }, 'Old downloads could not be taken out of the counts.');
      });
    }
  }
}
