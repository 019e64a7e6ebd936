import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { DataSource } from 'typeorm';
import { isRetryable } from './postgres-errors.js';

/** What is written along in a transaction, last. */
type Companion = (manager: EntityManager) => Promise<void>;

type IsolationLevel = 'READ COMMITTED' | 'REPEATABLE READ' | 'SERIALIZABLE';

const attempts = 5;
const firstPauseMilliseconds = 10;

/** One transaction per use case. Work that Postgres broke off (deadlock, serialization) is run again from its start. */
@Injectable()
export class UnitOfWork {
  readonly #dataSource: DataSource;
  readonly #callbacks = new AsyncLocalStorage<(() => void)[]>();
  readonly #companions = new AsyncLocalStorage<Companion>();

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  /** `work` may run several times, so it must not act on anything outside of its transaction. */
  async run<Result>(
    work: (manager: EntityManager) => Promise<Result>,
    options: { readonly isolation?: IsolationLevel } = {},
  ): Promise<Result> {
    for (let attempt = 1; ; attempt += 1) {
      const callbacks: (() => void)[] = [];
      let result: Result;
      try {
        result = await this.#callbacks.run(callbacks, () => this.#transaction(options.isolation, work));
      } catch (error) {
        if (attempt >= attempts || !isRetryable(error)) throw error;
        await delay(firstPauseMilliseconds * 2 ** attempt * Math.random());
        continue;
      }
      // Outside of the try: what is committed is not run again.
      for (const callback of callbacks) callback();
      return result;
    }
  }

  /** Work that is a single statement, which is a transaction by itself. It is not run again. */
  runStatement<Result>(work: (manager: EntityManager) => Promise<Result>): Promise<Result> {
    return work(this.#dataSource.manager);
  }

  // Read committed is what every connection begins with: saying so again is one more question to the database.
  #transaction<Result>(
    isolation: IsolationLevel | undefined,
    work: (manager: EntityManager) => Promise<Result>,
  ): Promise<Result> {
    const companion = this.#companions.getStore();
    const whole =
      companion === undefined
        ? work
        : async (manager: EntityManager) => {
            const result = await work(manager);
            await companion(manager);
            return result;
          };
    if (isolation === undefined) return this.#dataSource.transaction(whole);
    return this.#dataSource.transaction(isolation, whole);
  }

  /** Every transaction that `work` runs here also does what `companion` does; what that throws undoes it. */
  accompany<Result>(companion: Companion, work: () => Promise<Result>): Promise<Result> {
    return this.#companions.run(companion, work);
  }

  /** Runs `callback` once the transaction around this call is committed; at once outside of one. Must not throw. */
  afterCommit(callback: () => void): void {
    const callbacks = this.#callbacks.getStore();
    if (callbacks === undefined) callback();
    else callbacks.push(callback);
  }
}
