import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '@waybill/observability';

/** Does something again and again, one round after another, until it is stopped. */
export class Rounds {
  readonly #stop = new AbortController();
  #running: Promise<void> = Promise.resolve();

  get stopping(): boolean {
    return this.#stop.signal.aborted;
  }

  start(pauseMilliseconds: number, round: () => Promise<void>, log: Logger): void {
    this.#running = this.#run(pauseMilliseconds, round, log);
  }

  /** Resolves when the last round has ended. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(pauseMilliseconds: number, round: () => Promise<void>, log: Logger): Promise<void> {
    while (!this.stopping) {
      await round().catch((error: unknown) =>
        log.warn({ err: error }, 'Regular work on the audit failed; it goes on.'),
      );
      await delay(pauseMilliseconds, undefined, { signal: this.#stop.signal, ref: false }).catch(() => undefined);
    }
  }
}
