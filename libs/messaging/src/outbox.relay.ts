import { setTimeout as delay } from 'node:timers/promises';
import { jetstream } from '@nats-io/jetstream';
import type { JetStreamClient } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Logger } from '@waybill/observability';
import type { QueryRunner } from 'typeorm';
import { DataSource } from 'typeorm';
import { OutboxEntity } from './outbox.entity.js';
import { Outbox } from './outbox.js';
import type { MessagingOptions } from './messaging-options.js';
import { MESSAGING_OPTIONS, NATS_CONNECTION } from './tokens.js';

const batchSize = 100;
const batchMilliseconds = 10_000;
const sweepMilliseconds = 1000;
const busyMilliseconds = 20;
const busyTries = sweepMilliseconds / busyMilliseconds;
const publishTimeoutMilliseconds = 5000;

interface UnsentRow {
  readonly position: string;
  readonly event_id: string;
  readonly type: string;
  readonly aggregate: string;
  /** As it was written. */
  readonly envelope: string;
}

/** One row without a position says whether this relay has the lock when nothing is due. */
type LockedRow = { readonly locked: boolean } & (UnsentRow | { readonly position: null });

/** `busy`: another replica relays now. */
type Batch = 'busy' | 'drained' | 'more';

/**
 * Sends what is in the outbox to JetStream, one relay of a service at a time: the events of one aggregate in their order,
 * those of several at once. It takes unsent rows and marks them in one transaction; when it dies in between they are sent
 * again, and the stream drops them by their id. Without a bus it goes on trying: nothing is lost, and nothing overtakes
 * what happened before to the same aggregate.
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
    let triesLeft = 0;
    while (!this.#stop.signal.aborted) {
      if (this.#takeKick()) triesLeft = busyTries;
      let batch: Batch = 'drained';
      try {
        batch = await this.#relayBatch();
        failing = false;
      } catch (error) {
        if (!failing) this.#log.warn({ err: error }, 'Events cannot be sent now; they stay in the outbox.');
        failing = true;
      }
      if (batch === 'more' || (this.#kicked && !failing)) continue;
      // The other replica may have looked before this one's event was committed.
      const again = batch === 'busy' && triesLeft > 0;
      triesLeft = again ? triesLeft - 1 : 0;
      await this.#nap(again ? busyMilliseconds : sweepMilliseconds);
    }
  }

  #takeKick(): boolean {
    const kicked = this.#kicked;
    this.#kicked = false;
    return kicked;
  }

  // Ends at a kick, at the next sweep, or when the relay stops.
  async #nap(milliseconds: number): Promise<void> {
    const nap = new AbortController();
    this.#wake = () => nap.abort();
    if (this.#stop.signal.aborted) return;
    await delay(milliseconds, undefined, { signal: nap.signal }).catch(() => undefined);
  }

  // The transaction is begun and ended in the texts of the questions in it: each answer that is waited for costs time.
  async #relayBatch(): Promise<Batch> {
    const table = this.#dataSource.getRepository(OutboxEntity).metadata.tablePath;
    const runner = this.#dataSource.createQueryRunner();
    let outcome: { readonly batch: Batch; readonly failure?: Error };
    try {
      outcome = await this.#relayTaken(runner, table);
    } catch (error) {
      await runner.query('ROLLBACK').catch(() => undefined);
      throw error;
    } finally {
      await runner.release();
    }
    if (outcome.failure !== undefined) throw outcome.failure;
    return outcome.batch;
  }

  async #relayTaken(runner: QueryRunner, table: string): Promise<{ readonly batch: Batch; readonly failure?: Error }> {
    const locked = await runner.manager.query<LockedRow[]>(`START TRANSACTION; ${takeUnsent(table)}`);
    if (locked.every((row) => !row.locked)) {
      await runner.query('COMMIT');
      return { batch: 'busy' };
    }
    const rows = locked.filter((row) => row.position !== null);
    const { sent, failure } = await this.#send(rows);
    await runner.query(sent.length === 0 ? 'COMMIT' : `${markSent(table, sent)}; COMMIT`);
    const batch = rows.length === batchSize || sent.length < rows.length ? 'more' : 'drained';
    return failure === undefined ? { batch } : { batch, failure };
  }

  async #send(rows: readonly UnsentRow[]): Promise<{ sent: string[]; failure?: Error }> {
    const deadline = performance.now() + batchMilliseconds;
    const sent: string[] = [];
    let failure: Error | undefined;
    // Each waits for the one before it: with two on their way, the first could be lost and the second overtake it.
    const sendInOrder = async (ofOneAggregate: readonly UnsentRow[]) => {
      for (const row of ofOneAggregate) {
        if (this.#stop.signal.aborted || performance.now() > deadline) return;
        await this.#stream.publish(`event.${row.type}`, row.envelope, { msgID: row.event_id });
        sent.push(row.position);
      }
    };
    const aggregates = Map.groupBy(rows, (row) => row.aggregate).values();
    await Promise.all(
      Array.from(aggregates, (ofOneAggregate) =>
        sendInOrder(ofOneAggregate).catch((error: unknown) => {
          failure ??= error instanceof Error ? error : new Error(String(error));
        }),
      ),
    );
    return failure === undefined ? { sent } : { sent, failure };
  }
}

/**
 * Tries the lock and takes what is due, in one question: what another relay marks while this one is asking is sent once
 * more, and dropped. A mark that a crash of the database loses is made again, so it does not wait for the disk.
 */
function takeUnsent(table: string): string {
  return `
    WITH turn AS MATERIALIZED (
      SELECT pg_try_advisory_xact_lock(hashtext(current_schema() || '.outbox')) AS locked,
             set_config('synchronous_commit', 'off', true))
    SELECT turn.locked, due.* FROM turn LEFT JOIN LATERAL (
      SELECT position, event_id, type, aggregate, envelope::text AS envelope FROM ${table}
      WHERE sent_at IS NULL AND turn.locked ORDER BY position LIMIT ${batchSize}) due ON true`;
}

/** Of positions that came from the database. */
function markSent(table: string, positions: readonly string[]): string {
  return `UPDATE ${table} SET sent_at = now() WHERE position = ANY(ARRAY[${positions.map(BigInt).join(', ')}]::bigint[])`;
}
