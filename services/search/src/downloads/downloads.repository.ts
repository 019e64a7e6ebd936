import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { DataSource } from 'typeorm';
import type { PackageKey } from '../documents/search-document.js';

export type PackageDownloads = PackageKey & { readonly downloads: number };

export const countedDays = 30;

@Injectable()
export class DownloadsRepository {
  readonly #dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  /** Adds counts of one event; false when it was added before. `day` is a date in UTC: `2026-01-31`. */
  async add(
    manager: EntityManager,
    eventId: string,
    day: string,
    counts: readonly PackageDownloads[],
  ): Promise<boolean> {
    const added = await manager.query<unknown[]>(
      `INSERT INTO counted_downloads (event_id, counted_at) VALUES ($1, now())
       ON CONFLICT ON CONSTRAINT counted_downloads_pkey DO NOTHING RETURNING event_id`,
      [eventId],
    );
    if (added.length === 0) return false;
    // In one order for all writers, so that two of them never wait for each other.
    await manager.query(
      `INSERT INTO downloads (repository_id, purl, day, count)
       SELECT repository_id, purl, $4::date, sum(count)
         FROM unnest($1::uuid[], $2::text[], $3::bigint[]) AS given (repository_id, purl, count)
        GROUP BY repository_id, purl ORDER BY repository_id, purl
       ON CONFLICT ON CONSTRAINT downloads_pkey DO UPDATE SET count = downloads.count + excluded.count`,
      [...columnsOf(counts), counts.map(({ downloads }) => downloads), day],
    );
    return true;
  }

  /** What these packages were downloaded in the days that count. */
  async recent(packages: readonly PackageKey[]): Promise<PackageDownloads[]> {
    return this.#sums(
      `SELECT given.repository_id, given.purl, coalesce(sum(count), 0) AS downloads
         FROM (SELECT DISTINCT * FROM unnest($1::uuid[], $2::text[]) AS names (repository_id, purl)) AS given
         LEFT JOIN downloads ON downloads.repository_id = given.repository_id AND downloads.purl = given.purl
                            AND day > current_date - ${countedDays}
        GROUP BY given.repository_id, given.purl`,
      columnsOf(packages),
    );
  }

  /** A page of all packages that were ever downloaded and not yet forgotten, in a fixed order. */
  async page(after: PackageKey | undefined, size: number): Promise<PackageKey[]> {
    const rows = await this.#dataSource.query<{ repository_id: string; purl: string }[]>(
      `SELECT DISTINCT repository_id, purl FROM downloads
        WHERE $1::uuid IS NULL OR (repository_id, purl) > ($1::uuid, $2::text)
        ORDER BY repository_id, purl LIMIT $3`,
      [after?.repositoryId ?? null, after?.packagePurl ?? null, size],
    );
    return rows.map(keyOf);
  }

  /** Forgets days and events that count no more; an event comes again for a month at most. */
  async forget(): Promise<void> {
    await this.#dataSource.query(`DELETE FROM downloads WHERE day <= current_date - ${countedDays + 1}`);
    await this.#dataSource.query(`DELETE FROM counted_downloads WHERE counted_at < now() - interval '35 days'`);
  }

  async #sums(sql: string, parameters: unknown[]): Promise<PackageDownloads[]> {
    const rows = await this.#dataSource.query<{ repository_id: string; purl: string; downloads: string }[]>(
      sql,
      parameters,
    );
    return rows.map((row) => ({ ...keyOf(row), downloads: Number(row.downloads) }));
  }
}

function keyOf(row: { repository_id: string; purl: string }): PackageKey {
  return {
    repositoryId: row.repository_id as PackageKey['repositoryId'],
    packagePurl: row.purl as PackageKey['packagePurl'],
  };
}

function columnsOf(packages: readonly PackageKey[]): [string[], string[]] {
  return [packages.map(({ repositoryId }) => repositoryId), packages.map(({ packagePurl }) => packagePurl)];
}
