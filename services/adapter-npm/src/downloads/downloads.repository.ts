import { Injectable } from '@nestjs/common';
import type { PackagePurl, RepositoryId, Visibility } from '@waybill/domain';
import { UnitOfWork } from '@waybill/persistence';
import { DataSource } from 'typeorm';
import type { Period } from './period.rules.js';

export interface CountedDownloads {
  readonly repositoryId: RepositoryId;
  readonly purl: PackagePurl;
  readonly version: string;
  readonly count: number;
}

// No event comes again later than this: the bus has given up on it long before.
const rememberedDays = 30;
const forgottenAtOnce = 1000;

@Injectable()
export class DownloadsRepository {
  readonly #dataSource: DataSource;
  readonly #unitOfWork: UnitOfWork;

  constructor(dataSource: DataSource, unitOfWork: UnitOfWork) {
    this.#dataSource = dataSource;
    this.#unitOfWork = unitOfWork;
  }

  /** Adds what one event counted, once. In one order of rows, so that two batches do not wait for each other. */
  async add(eventId: string, day: string, counted: readonly CountedDownloads[]): Promise<void> {
    await this.#unitOfWork.run(async (manager) => {
      const fresh: unknown[] = await manager.query(
        `INSERT INTO counted_batches (event_id, counted_at) VALUES ($1, clock_timestamp())
         ON CONFLICT ON CONSTRAINT counted_batches_pkey DO NOTHING RETURNING event_id`,
        [eventId],
      );
      if (fresh.length === 0) return;
      await manager.query(
        `INSERT INTO daily_downloads (repository_id, purl, day, version, downloads)
         SELECT repository_id, purl, $1::date, version, sum(count)
         FROM unnest($2::uuid[], $3::text[], $4::text[], $5::bigint[]) AS counted (repository_id, purl, version, count)
         GROUP BY repository_id, purl, version ORDER BY repository_id, purl, version
         ON CONFLICT ON CONSTRAINT daily_downloads_pkey
           DO UPDATE SET downloads = daily_downloads.downloads + excluded.downloads`,
        [
          day,
          counted.map((one) => one.repositoryId),
          counted.map((one) => one.purl),
          counted.map((one) => one.version),
          counted.map((one) => one.count),
        ],
      );
      await manager.query(
        `DELETE FROM counted_batches WHERE event_id IN (
           SELECT event_id FROM counted_batches WHERE counted_at < clock_timestamp() - make_interval(days => $1)
           ORDER BY counted_at LIMIT $2 FOR UPDATE SKIP LOCKED)`,
        [rememberedDays, forgottenAtOnce],
      );
    });
  }

  /** Per day, without days that have none. */
  async perDay(
    repositoryId: RepositoryId,
    period: Period,
    purls: readonly PackagePurl[],
  ): Promise<{ purl: PackagePurl; day: string; downloads: number }[]> {
    const rows: { purl: PackagePurl; day: string; downloads: string }[] = await this.#dataSource.query(
      `SELECT purl, to_char(day, 'YYYY-MM-DD') AS day, sum(downloads) AS downloads FROM daily_downloads
       WHERE repository_id = $1 AND day BETWEEN $2 AND $3 AND purl = ANY($4)
       GROUP BY purl, day ORDER BY purl, day`,
      [repositoryId, period.start, period.end, [...purls]],
    );
    return rows.map(({ purl, day, downloads }) => ({ purl, day, downloads: Number(downloads) }));
  }

  /** The same of the whole repository but for some packages. */
  async perDayBut(
    repositoryId: RepositoryId,
    period: Period,
    without: readonly PackagePurl[],
  ): Promise<{ day: string; downloads: number }[]> {
    const rows: { day: string; downloads: string }[] = await this.#dataSource.query(
      `SELECT to_char(day, 'YYYY-MM-DD') AS day, sum(downloads) AS downloads FROM daily_downloads
       WHERE repository_id = $1 AND day BETWEEN $2 AND $3 AND NOT purl = ANY($4)
       GROUP BY day ORDER BY day`,
      [repositoryId, period.start, period.end, [...without]],
    );
    return rows.map(({ day, downloads }) => ({ day, downloads: Number(downloads) }));
  }

  /** The packages of a repository that say something of their visibility: others are as visible as it is. */
  ownVisibilities(repositoryId: RepositoryId): Promise<{ purl: PackagePurl; visibility: Visibility }[]> {
    return this.#dataSource.query(
      'SELECT purl, visibility FROM packages WHERE repository_id = $1 AND visibility IS NOT NULL',
      [repositoryId],
    );
  }

  async perVersion(repositoryId: RepositoryId, purl: PackagePurl, period: Period): Promise<Record<string, number>> {
    const rows: { version: string; downloads: string }[] = await this.#dataSource.query(
      `SELECT version, sum(downloads) AS downloads FROM daily_downloads
       WHERE repository_id = $1 AND purl = $2 AND day BETWEEN $3 AND $4 GROUP BY version ORDER BY version`,
      [repositoryId, purl, period.start, period.end],
    );
    return Object.fromEntries(rows.map(({ version, downloads }) => [version, Number(downloads)]));
  }

  /** Those that clients can see. */
  async visible(repositoryId: RepositoryId, purls: readonly PackagePurl[]): Promise<ReadonlySet<PackagePurl>> {
    const rows: { purl: PackagePurl }[] = await this.#dataSource.query(
      `SELECT purl FROM packuments WHERE repository_id = $1 AND purl = ANY($2) AND form = 'full'`,
      [repositoryId, [...purls]],
    );
    return new Set(rows.map(({ purl }) => purl));
  }
}
