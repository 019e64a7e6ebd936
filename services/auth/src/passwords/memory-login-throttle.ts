import { DomainError } from '@waybill/domain';
import { addressKey } from '../throttles/address-key.rules.js';
import type { LoginAttempt } from './login-throttle.js';
import { LoginThrottle } from './login-throttle.js';
import { SlidingWindows } from '../throttles/sliding-windows.js';

export interface LoginLimits {
  readonly windowSeconds: number;
  readonly failuresPerAddress: number;
  readonly failuresPerUsername: number;
}

/**
 * Sliding windows in memory, bounded in number and length. A username is counted per address, never by itself: whoever
 * guesses at somebody's password shuts out only their own address (security.md W4, A11).
 */
export class MemoryLoginThrottle extends LoginThrottle {
  readonly #byAddress: SlidingWindows;
  readonly #byUsername: SlidingWindows;

  /** `now` in milliseconds. */
  constructor({ windowSeconds, failuresPerAddress, failuresPerUsername }: LoginLimits, now: () => number = Date.now) {
    super();
    this.#byAddress = new SlidingWindows({ windowSeconds, limit: failuresPerAddress, now });
    this.#byUsername = new SlidingWindows({ windowSeconds, limit: failuresPerUsername, now });
  }

  override begin(attempt: LoginAttempt): Promise<void> {
    const { address, pair } = keysOf(attempt);
    const waitMs = Math.max(this.#byAddress.waitMs(address), this.#byUsername.waitMs(pair));
    if (waitMs > 0) return Promise.reject(throttled(Math.ceil(waitMs / 1000)));
    this.#byAddress.add(address);
    this.#byUsername.add(pair);
    return Promise.resolve();
  }

  override halfway(attempt: LoginAttempt): Promise<void> {
    this.#byAddress.takeBack(keysOf(attempt).address);
    return Promise.resolve();
  }

  override succeeded(attempt: LoginAttempt): Promise<void> {
    const { address, pair } = keysOf(attempt);
    this.#byAddress.takeBack(address);
    this.#byUsername.forget(pair);
    return Promise.resolve();
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
