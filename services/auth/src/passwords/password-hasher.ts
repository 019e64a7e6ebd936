import { availableParallelism } from 'node:os';
import { extname } from 'node:path';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { DomainError } from '@waybill/domain';
import { SERVICE_CONFIG } from '@waybill/service-host';
import bcrypt from 'bcrypt';
import pLimit, { type LimitFunction } from 'p-limit';
import { Piscina } from 'piscina';
import type { AuthConfig } from '../config.js';
import type { PasswordTask } from './password-task.js';
import { bcryptInput } from './password.rules.js';

/** A bcrypt string (`$2b$12$…`). */
export type PasswordHash = string & { readonly __brand: 'PasswordHash' };

const retryAfterSeconds = 2;
// A thread without work gives its memory back; to start one takes less time than to hash one password.
const idleMilliseconds = 10_000;
const mostWorkersByDefault = 8;
// Beside this module, and built or not as this one is.
const workerUrl = new URL(`./password.worker${extname(import.meta.url)}`, import.meta.url);

/**
 * bcrypt in threads of its own, started when there is work, at the lowest priority: whatever else the process does comes
 * first. In front of them a bounded queue: when it is full, callers get `unavailable` with a time to come back instead of
 * a wait without end.
 */
@Injectable()
export class PasswordHasher implements OnApplicationShutdown {
  readonly #pool: Piscina<PasswordTask, string | boolean>;
  readonly #limit: LimitFunction;
  readonly #maxWaiting: number;
  readonly #cost: number;
  /** Well-formed, so that comparing takes its whole time, and of no password that anybody knows. */
  readonly #hashOfNobody: string;
  #stopped = false;

  constructor(@Inject(SERVICE_CONFIG) config: AuthConfig) {
    const workers = config.WAYBILL_PASSWORD_WORKERS ?? workersByDefault();
    this.#pool = new Piscina({
      filename: workerUrl.href,
      minThreads: 0,
      maxThreads: workers,
      idleTimeout: idleMilliseconds,
      recordTiming: false,
    });
    this.#limit = pLimit(workers);
    this.#maxWaiting = config.WAYBILL_PASSWORD_QUEUE;
    this.#cost = config.WAYBILL_PASSWORD_COST;
    this.#hashOfNobody = `${bcrypt.genSaltSync(this.#cost)}${'.'.repeat(31)}`;
  }

  /** When nobody can ask any more: what is in work ends, what waits is refused. */
  async onApplicationShutdown(): Promise<void> {
    this.#stopped = true;
    await this.#pool.close();
  }

  async hash(password: string): Promise<PasswordHash> {
    const hash = await this.#enqueue({ kind: 'hash', input: bcryptInput(password), cost: this.#cost });
    return String(hash) as PasswordHash;
  }

  /** With `undefined` (no such user) the same work is done against a hash that nothing matches (security.md A6). */
  async matches(password: string, hash: PasswordHash | undefined): Promise<boolean> {
    const against = hash ?? this.#hashOfNobody;
    const matched = await this.#enqueue({ kind: 'compare', input: bcryptInput(password), hash: against });
    return matched === true && hash !== undefined;
  }

  /** Whether the hash was made with another cost than the one configured now. */
  isOutdated(hash: PasswordHash): boolean {
    return bcrypt.getRounds(hash) !== this.#cost;
  }

  #enqueue(task: PasswordTask): Promise<string | boolean> {
    if (this.#limit.pendingCount >= this.#maxWaiting) {
      throw unavailable('login.busy', 'Too many people are signing in right now; try again.');
    }
    return this.#limit(() => {
      if (this.#stopped) throw unavailable('login.stopped', 'Nobody can sign in while the service stops; try again.');
      return this.#pool.run(task);
    });
  }
}

function workersByDefault(): number {
  return Math.min(Math.max(availableParallelism() - 1, 1), mostWorkersByDefault);
}

function unavailable(code: string, message: string): DomainError {
  return new DomainError('unavailable', code, message, { retryAfterSeconds });
}
