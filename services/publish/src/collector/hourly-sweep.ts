import type { Logger } from '@waybill/observability';

const hour = 60 * 60 * 1000;

export interface Sweep {
  /** Resolves to how many things are gone; to undefined when another replica is at it. */
  readonly work: () => Promise<number | undefined>;
  readonly log: Logger;
  /** What the log says of some that are gone, and of a failure, after which the next hour tries again. */
  readonly said: { readonly done: string; readonly failed: string };
}

/** Runs work in the background, at once and every hour, one after another, until it is stopped. */
export class HourlySweep {
  readonly #sweep: Sweep;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  #stopping = false;

  constructor(sweep: Sweep) {
    this.#sweep = sweep;
  }

  /** Long work ends where it can when this is set. */
  get isStopping(): boolean {
    return this.#stopping;
  }

  start(): void {
    this.#timer = setInterval(() => this.next(), hour);
    this.#timer.unref();
    this.next();
  }

  /** Resolves when nothing runs any more. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#stopping = true;
    await this.#running;
  }

  /** Once more, after what runs. */
  next(): void {
    const { work, log, said } = this.#sweep;
    this.#running = this.#running.then(async () => {
      try {
        const gone = (await work()) ?? 0;
        if (gone > 0) log.info({ gone }, said.done);
      } catch (error) {
        log.warn({ err: error }, said.failed);
      }
    });
  }
}
