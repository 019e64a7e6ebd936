import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Logger } from '@waybill/observability';
import { LOGGER } from '@waybill/service-host';
import { QuarantineRepository } from './quarantine.repository.js';

const minute = 60_000;
const lookMilliseconds = 5 * minute;
const patienceMilliseconds = 15 * minute;

/**
 * A release that the scanner never answers for stays quarantined, which is safe (security.md I9) and invisible: so that
 * nobody has to find out by accident, the log says how many there are.
 */
@Injectable()
export class QuarantineWatch implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #quarantine: QuarantineRepository;
  readonly #log: Logger;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(quarantine: QuarantineRepository, @Inject(LOGGER) log: Logger) {
    this.#quarantine = quarantine;
    this.#log = log;
  }

  onApplicationBootstrap(): void {
    this.#timer = setInterval(() => {
      this.#running = this.#running.then(() => this.#look());
    }, lookMilliseconds);
    this.#timer.unref();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
  }

  /** Resolves to the number of releases that have been quarantined for more than 15 minutes. */
  async overdue(now: Date = new Date()): Promise<number> {
    const { count, oldest } = await this.#quarantine.quarantinedBefore(new Date(now.getTime() - patienceMilliseconds));
    if (count > 0) {
      this.#log.warn({ count, 'oldest.since': oldest }, 'Releases are quarantined and the scanner does not answer.');
    }
    return count;
  }

  async #look(): Promise<void> {
    try {
      await this.overdue();
    } catch (error) {
      this.#log.warn({ err: error }, 'Quarantined releases could not be counted.');
    }
  }
}
