import { DomainError } from '@waybill/domain';

export interface ExtractionGateOptions {
  /** Extractions at the same time. */
  readonly maxConcurrent: number;
  /** Sum of the compressed bytes being extracted at the same time. One larger archive alone is let through. */
  readonly maxBytes: number;
  readonly maxWaiting: number;
  /** Milliseconds after which a waiting one gives up. */
  readonly maxWaitMs: number;
  readonly retryAfterSeconds: number;
}

export const defaultExtractionGateOptions: ExtractionGateOptions = {
  maxConcurrent: 4,
  maxBytes: 2 * 1024 * 1024 * 1024,
  maxWaiting: 64,
  maxWaitMs: 15_000,
  retryAfterSeconds: 5,
};

interface Waiting {
  readonly bytes: number;
  readonly admit: () => void;
}

/**
 * One per process: what all parallel uploads together may have in extraction (security.md I3). First come, first
 * served, so that a large archive is not starved by small ones.
 */
export class ExtractionGate {
  readonly #options: ExtractionGateOptions;
  readonly #waiting: Waiting[] = [];
  #running = 0;
  #bytes = 0;

  constructor(options: Partial<ExtractionGateOptions> = {}) {
    this.#options = { ...defaultExtractionGateOptions, ...options };
  }

  get load(): { readonly running: number; readonly bytes: number; readonly waiting: number } {
    return { running: this.#running, bytes: this.#bytes, waiting: this.#waiting.length };
  }

  /**
   * Runs the work as soon as there is room for that many compressed bytes.
   * @throws DomainError `unavailable` with `retryAfterSeconds` when the queue is full or the wait too long
   */
  async run<T>(bytes: number, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    await this.#enter(bytes, signal);
    try {
      return await work();
    } finally {
      this.#running -= 1;
      this.#bytes -= bytes;
      this.#admitNext();
    }
  }

  #hasRoom(bytes: number): boolean {
    if (this.#running === 0) return true;
    return this.#running < this.#options.maxConcurrent && this.#bytes + bytes <= this.#options.maxBytes;
  }

  async #enter(bytes: number, signal: AbortSignal | undefined): Promise<void> {
    if (signal?.aborted === true) throw this.#busy('archive.aborted', 'Waiting for an extraction was given up.');
    if (this.#waiting.length === 0 && this.#hasRoom(bytes)) {
      this.#take(bytes);
      return;
    }
    if (this.#waiting.length >= this.#options.maxWaiting) throw this.#tooBusy();
    await new Promise<void>((resolve, reject) => {
      const settle = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', abort);
      };
      const waiting: Waiting = {
        bytes,
        admit: () => {
          settle();
          resolve();
        },
      };
      const leave = (reason: DomainError) => {
        settle();
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        reject(reason);
        this.#admitNext();
      };
      const abort = () => {
        leave(this.#busy('archive.aborted', 'Waiting for an extraction was given up.'));
      };
      const timer = setTimeout(() => {
        leave(this.#tooBusy());
      }, this.#options.maxWaitMs);
      signal?.addEventListener('abort', abort, { once: true });
      this.#waiting.push(waiting);
    });
  }

  #take(bytes: number): void {
    this.#running += 1;
    this.#bytes += bytes;
  }

  #admitNext(): void {
    for (let next = this.#waiting[0]; next !== undefined && this.#hasRoom(next.bytes); next = this.#waiting[0]) {
      this.#waiting.shift();
      this.#take(next.bytes);
      next.admit();
    }
  }

  #tooBusy(): DomainError {
    return this.#busy('archive.extraction-busy', 'Too many archives are being read at the moment; try again shortly.');
  }

  #busy(code: string, message: string): DomainError {
    return new DomainError('unavailable', code, message, { retryAfterSeconds: this.#options.retryAfterSeconds });
  }
}
