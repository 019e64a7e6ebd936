import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import type { Logger } from '@waybill/observability';

const everyMilliseconds = 60 * 60_000;

/** Work that is due once an hour, one turn after another; what fails is logged and tried again an hour later. */
export abstract class HourlyTurn implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #log: Logger;
  readonly #complaint: string;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();

  /** `complaint`: what the log says of a turn that failed. */
  protected constructor(log: Logger, complaint: string) {
    this.#log = log;
    this.#complaint = complaint;
  }

  protected abstract turn(): Promise<void>;

  onApplicationBootstrap(): void {
    this.#timer = setInterval(() => void this.take(), everyMilliseconds).unref();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
  }

  /** One turn, after the one that is under way. */
  take(): Promise<void> {
    this.#running = this.#running.then(() => this.#turn());
    return this.#running;
  }

  async #turn(): Promise<void> {
    try {
      await this.turn();
    } catch (error) {
      this.#log.warn({ err: error }, this.#complaint);
    }
  }
}
