import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Logger } from '@waybill/observability';
import { LOGGER } from '@waybill/service-host';
import { PendingPublishers } from './pending-publishers.service.js';

const everyMilliseconds = 60 * 60_000;

/** Once an hour: pending publishers that nobody used end. Each replica may: what one has ended the others find ended. */
@Injectable()
export class PendingPublishersTurn implements OnApplicationBootstrap, OnModuleDestroy {
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(
    private readonly pending: PendingPublishers,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.#timer = setInterval(() => void this.take(), everyMilliseconds).unref();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
  }

  /** One turn; what fails is logged and tried again an hour later. */
  take(): Promise<void> {
    this.#running = this.#running.then(() => this.#turn());
    return this.#running;
  }

  async #turn(): Promise<void> {
    try {
      await this.pending.endExpired();
    } catch (error) {
      this.log.warn({ err: error }, 'pending trusted publishers not looked after');
    }
  }
}
