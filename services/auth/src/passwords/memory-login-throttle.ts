import { DomainError } from '@waybill/domain';
import { LRUCache } from 'lru-cache';
import { addressKey } from './address-key.rules.js';
import type { LoginAttempt } from './login-throttle.js';
import { LoginThrottle } from './login-throttle.js';

export interface LoginLimits {
  readonly windowSeconds: number;
  readonly failuresPerAddress: number;
  readonly failuresPerUsername: number;
}

const maxTracked = 50_000;

/**
 * Sliding windows in memory, bounded in number and length. A username is counted per address, never by itself: whoever
 * guesses at somebody's password shuts out only their own address (security.md W4, A11).
 */
export class MemoryLoginThrottle extends LoginThrottle {
  readonly #limits: LoginLimits;
  readonly #now: () => number;
  readonly #byAddress: LRUCache<string, number[]>;
  readonly #byUsername: LRUCache<string, number[]>;

  /** `now` in milliseconds. */
  constructor(limits: LoginLimits, now: () => number = Date.now) {
    super();
    this.#limits = limits;
    this.#now = now;
    this.#byAddress = new LRUCache({ max: maxTracked });
    this.#byUsername = new LRUCache({ max: maxTracked });
  }

  override begin(attempt: LoginAttempt): Promise<void> {
    const { address, pair } = keysOf(attempt);
    const ofAddress = this.#window(this.#byAddress, address);
    const ofPair = this.#window(this.#byUsername, pair);
    const waitMs = Math.max(
      this.#waitMs(ofAddress, this.#limits.failuresPerAddress),
      this.#waitMs(ofPair, this.#limits.failuresPerUsername),
    );
    if (waitMs > 0) return Promise.reject(throttled(Math.ceil(waitMs / 1000)));
    this.#byAddress.set(address, [...ofAddress, this.#now()]);
    this.#byUsername.set(pair, [...ofPair, this.#now()]);
    return Promise.resolve();
  }

  override succeeded(attempt: LoginAttempt): Promise<void> {
    const { address, pair } = keysOf(attempt);
    this.#byAddress.set(address, this.#window(this.#byAddress, address).slice(0, -1));
    this.#byUsername.delete(pair);
    return Promise.resolve();
  }

  #window(windows: LRUCache<string, number[]>, key: string): number[] {
    const oldest = this.#now() - this.#limits.windowSeconds * 1000;
    return (windows.get(key) ?? []).filter((time) => time > oldest);
  }

  #waitMs(window: readonly number[], limit: number): number {
    const first = window.at(-limit);
    return first === undefined ? 0 : first + this.#limits.windowSeconds * 1000 - this.#now();
  }
}

function keysOf({ username, clientAddress }: LoginAttempt): { address: string; pair: string } {
  const address = addressKey(clientAddress);
  return { address, pair: `${address} ${username.slice(0, 200).toLowerCase()}` };
}

function throttled(retryAfterSeconds: number): DomainError {
  return new DomainError('limit', 'login.throttled', 'Too many failed attempts to sign in; try again later.', {
    retryAfterSeconds: Math.max(1, retryAfterSeconds),
  });
}
