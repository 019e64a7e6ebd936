import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import type { Logger } from '@waybill/observability';

/** Work that is due again and again, one turn after another; what fails is logged and tried again the next time. */
export abstract class RepeatedTurn implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #log: Logger;
  readonly #complaint: string;
  readonly #everyMilliseconds: number;
  #timer: NodeJS.Timeout | undefined;
  #underWay = 0;
  #running: Promise<void> = Promise.resolve();

  /** `complaint`: what the log says of a turn that failed. */
  protected constructor(log: Logger, complaint: string, everyMilliseconds: number) {
    this.#log = log;
    this.#complaint = complaint;
    this.#everyMilliseconds = everyMilliseconds;
  }

  protected abstract turn(): Promise<void>;

  onApplicationBootstrap(): void {
    this.#timer = setInterval(() => {
      // A turn that takes longer than its time is not taken up again behind itself.
      if (this.#underWay === 0) void this.take();
    }, this.#everyMilliseconds).unref();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.#timer);
    this.#timer = undefined;
    await this.#running;
  }

  /** One turn, after the one that is under way. */
  take(): Promise<void> {
    this.#underWay += 1;
    this.#running = this.#running.then(() => this.#turn());
    return this.#running;
  }

  async #turn(): Promise<void> {
    try {
      await this.turn();
    } catch (error) {
      this.#log.warn({ err: error }, this.#complaint);
    } finally {
      this.#underWay -= 1;
    }
  }
}
