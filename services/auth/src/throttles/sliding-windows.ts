import { LRUCache } from 'lru-cache';

const maxTracked = 50_000;

/** Counts what happened per key within the last while; bounded in keys and in length. In memory, of this replica. */
export class SlidingWindows {
  readonly #windowMs: number;
  readonly #limit: number;
  readonly #now: () => number;
  readonly #times = new LRUCache<string, number[]>({ max: maxTracked });

  /** `now` in milliseconds. */
  constructor(options: { readonly windowSeconds: number; readonly limit: number; readonly now?: () => number }) {
    this.#windowMs = options.windowSeconds * 1000;
    this.#limit = options.limit;
    this.#now = options.now ?? Date.now;
  }

  /** How long until there is room for one more; 0 when there is. */
  waitMs(key: string): number {
    const first = this.#current(key).at(-this.#limit);
    return first === undefined ? 0 : first + this.#windowMs - this.#now();
  }

  add(key: string): void {
    this.#times.set(key, [...this.#current(key), this.#now()].slice(-this.#limit));
  }

  /** Takes the latest back. */
  takeBack(key: string): void {
    this.#times.set(key, this.#current(key).slice(0, -1));
  }

  forget(key: string): void {
    this.#times.delete(key);
  }

  #current(key: string): number[] {
    const oldest = this.#now() - this.#windowMs;
    return (this.#times.get(key) ?? []).filter((time) => time > oldest);
  }
}
