import { Inject, Injectable } from '@nestjs/common';
import { DomainError } from '@waybill/domain';
import { SERVICE_CONFIG } from '@waybill/service-host';
import bcrypt from 'bcrypt';
import pLimit, { type LimitFunction } from 'p-limit';
import type { AuthConfig } from '../config.js';
import { bcryptInput } from './password.rules.js';

/** A bcrypt string (`$2b$12$…`). */
export type PasswordHash = string & { readonly __brand: 'PasswordHash' };

const retryAfterSeconds = 2;

/**
 * bcrypt in its own threads, so that the event loop goes on, with a bounded queue in front: when it is full, callers get
 * `unavailable` with a time to come back instead of a wait without end.
 */
@Injectable()
export class PasswordHasher {
  readonly #limit: LimitFunction;
  readonly #maxWaiting: number;
  readonly #cost: number;
  #hashOfNobody: Promise<PasswordHash> | undefined;

  constructor(@Inject(SERVICE_CONFIG) config: AuthConfig) {
    this.#limit = pLimit(config.WAYBILL_PASSWORD_WORKERS);
    this.#maxWaiting = config.WAYBILL_PASSWORD_QUEUE;
    this.#cost = config.WAYBILL_PASSWORD_COST;
  }

  async onModuleInit(): Promise<void> {
    await this.#nobody();
  }

  async hash(password: string): Promise<PasswordHash> {
    return this.#enqueue(async () => (await bcrypt.hash(bcryptInput(password), this.#cost)) as PasswordHash);
  }

  /** With `undefined` (no such user) the same work is done against a hash that nothing matches (security.md A6). */
  async matches(password: string, hash: PasswordHash | undefined): Promise<boolean> {
    const nobody = await this.#nobody();
    const matched = await this.#enqueue(() => bcrypt.compare(bcryptInput(password), hash ?? nobody));
    return matched && hash !== undefined;
  }

  /** Whether the hash was made with another cost than the one configured now. */
  isOutdated(hash: PasswordHash): boolean {
    return bcrypt.getRounds(hash) !== this.#cost;
  }

  #nobody(): Promise<PasswordHash> {
    this.#hashOfNobody ??= bcrypt.hash(crypto.randomUUID(), this.#cost) as Promise<PasswordHash>;
    return this.#hashOfNobody;
  }

  #enqueue<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#limit.pendingCount >= this.#maxWaiting) {
      throw new DomainError('unavailable', 'login.busy', 'Too many people are signing in right now; try again.', {
        retryAfterSeconds,
      });
    }
    return this.#limit(work);
  }
}
