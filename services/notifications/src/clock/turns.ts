import { setTimeout as delay } from 'node:timers/promises';

/** Between two turns of who looks for work: a pause, which ends early when somebody says that there is some. */
export class Turns {
  readonly #stop = new AbortController();
  #wake = new AbortController();

  get stopped(): boolean {
    return this.#stop.signal.aborted;
  }

  /** Resolves after the pause, when woken, or when stopped. A call that came before is not lost. */
  async pause(milliseconds: number): Promise<void> {
    const signal = AbortSignal.any([this.#stop.signal, this.#wake.signal]);
    await delay(milliseconds, undefined, { signal, ref: false }).catch(() => undefined);
    this.#wake = new AbortController();
  }

  wake(): void {
    this.#wake.abort();
  }

  stop(): void {
    this.#stop.abort();
  }
}
