import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { EventEnvelope } from '@waybill/contracts';
import { auditRecordedByPublish } from '@waybill/contracts';
import { DomainError } from '@waybill/domain';
import { DataSource } from 'typeorm';

interface LoggedEvent {
  readonly position: number;
  readonly event: EventEnvelope;
}

interface LogPage {
  readonly events: LoggedEvent[];
  /** Whether there is more of what was asked for behind this page. */
  readonly more: boolean;
}

const maxEvents = 100;
// A message may have 1 MB.
const maxPageBytes = 512 * 1024;
const patienceMilliseconds = 10_000;
const pauseMilliseconds = 10;

@Injectable()
export class EventLogRepository {
  readonly #dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  /**
   * A page of the log after a position, in the order of positions. Errors: `unavailable` `event-log.busy` when a
   * transaction that may still write before the page's end goes on for too long.
   */
  async page(query: {
    readonly after: number;
    /** All when empty. */
    readonly types: readonly string[];
    readonly ecosystem: string | undefined;
  }): Promise<LogPage> {
    const end = await this.#settledEnd();
    const rows = await this.#dataSource.query<{ position: string; envelope: EventEnvelope; found: number }[]>(pageSql, [
      query.after,
      end,
      query.types,
      query.ecosystem ?? null,
    ]);
    const events = rows.map((row) => ({ position: Number(row.position), event: row.envelope }));
    return { events, more: (rows[0]?.found ?? 0) > rows.length };
  }

  /**
   * A position up to which nothing can appear any more. Positions are given when a row is written, not when it is
   * committed, and transactions overlap in any order, so "greater than the last" skips what commits late, and so does
   * the oldest running transaction as a horizon when rows are read by position. What holds: who has drawn a position up
   * to the sequence's last one was running when it was read, and is over once no transaction of that time runs.
   */
  async #settledEnd(): Promise<string> {
    const [sequence] = await this.#dataSource.query<{ end: string }[]>(
      'SELECT last_value AS end FROM outbox_position_seq',
    );
    // In a statement of its own: its snapshot has to be younger than the look at the sequence.
    const [snapshot] = await this.#dataSource.query<{ next: string }[]>(
      'SELECT pg_snapshot_xmax(pg_current_snapshot())::text AS next',
    );
    const patience = Date.now() + patienceMilliseconds;
    while (!(await this.#isOver(snapshot?.next ?? '0'))) {
      if (Date.now() > patience) throw busy();
      await delay(pauseMilliseconds);
    }
    return sequence?.end ?? '0';
  }

  async #isOver(transaction: string): Promise<boolean> {
    const [row] = await this.#dataSource.query<{ over: boolean }[]>(
      'SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint >= $1::bigint AS over',
      [transaction],
    );
    return row?.over === true;
  }
}

// As many as fit, and always one, or a reader would never come past a large one. What belongs to no ecosystem belongs to
// every one: a package's events have its purl in their aggregate, a repository's have none. What was audited is for nobody's
// read model (W10).
const pageSql = `
  SELECT position, envelope, found FROM (
    SELECT position, envelope, (count(*) OVER ())::integer AS found, row_number() OVER by_position AS number,
           sum(octet_length(envelope::text)) OVER by_position AS bytes
      FROM (SELECT position, envelope FROM outbox
             WHERE position > $1 AND position <= $2 AND type <> '${auditRecordedByPublish.type}'
               AND (cardinality($3::text[]) = 0 OR type = ANY($3))
               AND ($4::text IS NULL OR coalesce(substring(aggregate FROM '/pkg:([^/]+)/'), $4) = $4)
             ORDER BY position LIMIT ${maxEvents + 1}) AS candidates
    WINDOW by_position AS (ORDER BY position)) AS measured
  WHERE number = 1 OR (number <= ${maxEvents} AND bytes <= ${maxPageBytes})
  ORDER BY position`;

function busy(): DomainError {
  return new DomainError('unavailable', 'event-log.busy', 'The event log is being written to; try again.', {
    retryAfterSeconds: 5,
  });
}
