import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { MessagingOptions } from './messaging-options.js';
import { OutboxEntity } from './outbox.entity.js';
import { MESSAGING_OPTIONS } from './tokens.js';

const rowsAtOnce = 1000;
const everyMilliseconds = 60 * 60_000;

/** Forgets sent events after the days that the service keeps them (`retainSent`); never one that is not sent. */
@Injectable()
export class OutboxRetention implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #dataSource: DataSource;
  readonly #options: MessagingOptions;
  #timer: NodeJS.Timeout | undefined;
  #stopping = false;
  #running: Promise<unknown> = Promise.resolve();

  constructor(dataSource: DataSource, @Inject(MESSAGING_OPTIONS) options: MessagingOptions) {
    this.#dataSource = dataSource;
    this.#options = options;
  }

  onApplicationBootstrap(): void {
    if (typeof this.#options.retainSent !== 'number') return;
    this.#timer = setInterval(() => this.#start(), everyMilliseconds).unref();
    this.#start();
  }

  async onModuleDestroy(): Promise<void> {
    this.#stopping = true;
    clearInterval(this.#timer);
    await this.#running;
  }

  /** Resolves to the number of events that were forgotten. */
  async run(): Promise<number> {
    const days = this.#options.retainSent;
    if (typeof days !== 'number') return 0;
    const table = this.#dataSource.getRepository(OutboxEntity).metadata.tablePath;
    for (let count = 0; ;) {
      const [, removed] = await this.#dataSource.query<[unknown, number]>(
        `DELETE FROM ${table} WHERE position IN (
           SELECT position FROM ${table} WHERE sent_at < now() - make_interval(days => $1) LIMIT ${rowsAtOnce})`,
        [days],
      );
      count += removed;
      if (removed < rowsAtOnce || this.#stopping) return count;
    }
  }

  #start(): void {
    this.#running = this.run().catch((error: unknown) => {
      this.#options.log.warn({ err: error }, 'Old events could not be removed from the outbox.');
    });
  }
}
