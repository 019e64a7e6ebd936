import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Logger } from '@waybill/observability';
import { LOGGER } from '@waybill/service-host';
import { Clock } from '../clock/clock.js';
import { Turns } from '../clock/turns.js';
import { DeliveriesRepository } from '../deliveries/deliveries.repository.js';
import { MailRepository } from '../mail/mail.repository.js';
import { longestWaitMilliseconds } from '../dispatch/retry.rules.js';

const pauseMilliseconds = 5 * 60_000;
const longestMailWaitMilliseconds = 3 * 24 * 60 * 60_000;
const keptMilliseconds = 30 * 24 * 60 * 60_000;

/** Ends what has waited too long, and forgets what is a month old. On every replica: doing it twice does nothing more. */
@Injectable()
export class HistoryRetention implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #turns = new Turns();
  #running: Promise<void> = Promise.resolve();

  constructor(
    private readonly deliveries: DeliveriesRepository,
    private readonly mails: MailRepository,
    private readonly clock: Clock,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.#running = this.#run();
  }

  async onModuleDestroy(): Promise<void> {
    this.#turns.stop();
    await this.#running;
  }

  /** One round; safe at any time. */
  async round(): Promise<void> {
    await this.deliveries.expire(this.clock.in(-longestWaitMilliseconds), this.clock.now());
    await this.deliveries.prune(this.clock.in(-keptMilliseconds));
    await this.mails.expire(this.clock.in(-longestMailWaitMilliseconds), this.clock.now());
    await this.mails.prune(this.clock.in(-keptMilliseconds));
  }

  async #run(): Promise<void> {
    while (!this.#turns.stopped) {
      await this.round().catch((error: unknown) => {
        this.log.warn({ err: error }, 'Old deliveries could not be cleared away.');
      });
      await this.#turns.pause(pauseMilliseconds);
    }
  }
}
