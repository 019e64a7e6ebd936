import { setTimeout as delay } from 'node:timers/promises';
import { jetstream } from '@nats-io/jetstream';
import type { JetStreamClient } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Logger } from '@waybill/observability';
import type { EntityManager } from 'typeorm';
import { DataSource } from 'typeorm';
import { OutboxEntity } from './outbox.entity.js';
import { Outbox } from './outbox.js';
import type { MessagingOptions } from './messaging-options.js';
import { MESSAGING_OPTIONS, NATS_CONNECTION } from './tokens.js';

const batchSize = 100;
const sweepMilliseconds = 1000;
const publishTimeoutMilliseconds = 5000;

interface UnsentRow {
  readonly position: string;
  readonly event_id: string;
  readonly type: string;
  readonly envelope: unknown;
}

/**
 * Sends what is in the outbox to JetStream, in order, one relay of a service at a time. It takes unsent rows and marks
 * them in one transaction; when it dies in between they are sent again, and the stream drops them by their id.
 */
@Injectable()
export class OutboxRelay implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #dataSource: DataSource;
  readonly #stream: JetStreamClient;
  readonly #outbox: Outbox;
  readonly #log: Logger;
  readonly #stop = new AbortController();
  #kicked = true;
  #wake: () => void = () => undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(
    dataSource: DataSource,
    @Inject(NATS_CONNECTION) connection: NatsConnection,
    outbox: Outbox,
    @Inject(MESSAGING_OPTIONS) options: MessagingOptions,
  ) {
    this.#dataSource = dataSource;
    this.#stream = jetstream(connection, { timeout: publishTimeoutMilliseconds });
    this.#outbox = outbox;
    this.#log = options.log;
  }

  onApplicationBootstrap(): void {
    this.#outbox.onKick(() => {
      this.#kicked = true;
      this.#wake();
    });
    this.#running = this.#run();
  }

  /** Before the database goes, which is at the shutdown. */
  async onModuleDestroy(): Promise<void> {
    this.#stop.abort();
    this.#wake();
    await this.#running;
  }

  async #run(): Promise<void> {
    let failing = false;
    while (!this.#stop.signal.aborted) {
      this.#kicked = false;
      try {
        const sent = await this.#relayBatch();
        failing = false;
        if (sent === batchSize) continue;
      } catch (error) {
        if (!failing) this.#log.warn({ err: error }, 'Events cannot be sent now; they stay in the outbox.');
        failing = true;
      }
      if (!this.#isKicked() || failing) await this.#nap();
    }
  }

  #isKicked(): boolean {
    return this.#kicked;
  }

  // Ends at a kick, at the next sweep, or when the relay stops.
  async #nap(): Promise<void> {
    const nap = new AbortController();
    this.#wake = () => nap.abort();
    if (this.#stop.signal.aborted) return;
    await delay(sweepMilliseconds, undefined, { signal: nap.signal }).catch(() => undefined);
  }

  async #relayBatch(): Promise<number> {
    return this.#dataSource.transaction(async (manager) => {
      const [lock] = await manager.query<{ locked: boolean }[]>(
        `SELECT pg_try_advisory_xact_lock(hashtext(current_schema() || '.outbox')) AS locked`,
      );
      if (lock?.locked !== true) return 0;
      const table = manager.getRepository(OutboxEntity).metadata.tablePath;
      const rows = await manager.query<UnsentRow[]>(
        `SELECT position, event_id, type, envelope FROM ${table} WHERE sent_at IS NULL ORDER BY position LIMIT ${batchSize}`,
      );
      if (rows.length > 0) await this.#send(manager, table, rows);
      return rows.length;
    });
  }

  async #send(manager: EntityManager, table: string, rows: readonly UnsentRow[]): Promise<void> {
    // Published without waiting in between, which keeps their order: one connection, one stream.
    await Promise.all(
      rows.map((row) =>
        this.#stream.publish(`event.${row.type}`, JSON.stringify(row.envelope), { msgID: row.event_id }),
      ),
    );
    await manager.query(`UPDATE ${table} SET sent_at = now() WHERE position = ANY($1)`, [
      rows.map((row) => row.position),
    ]);
  }
}
