import { Injectable } from '@nestjs/common';
import type { EventEnvelope } from '@waybill/contracts';
import { DataSource } from 'typeorm';

export interface LoggedEvent {
  readonly position: number;
  readonly event: EventEnvelope;
}

@Injectable()
export class EventLogRepository {
  readonly #dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  /**
   * A page of the log after a position. Positions are given when a row is written and not when it is committed, so a page
   * ends before the oldest transaction that still runs: what comes late is never skipped (architecture.md §1).
   */
  async page(query: {
    readonly after: number;
    readonly types: readonly string[];
    readonly ecosystem: string | undefined;
    readonly limit: number;
  }): Promise<LoggedEvent[]> {
    const rows = await this.#dataSource.query<{ position: string; envelope: EventEnvelope }[]>(
      `SELECT position, envelope FROM outbox
        WHERE position > $1 AND type = ANY($2)
          AND xact < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
          AND ($3::text IS NULL OR envelope->'data'->>'packagePurl' IS NULL
               OR starts_with(envelope->'data'->>'packagePurl', 'pkg:' || $3 || '/'))
        ORDER BY position LIMIT $4`,
      [query.after, query.types, query.ecosystem ?? null, query.limit],
    );
    return rows.map((row) => ({ position: Number(row.position), event: row.envelope }));
  }
}
