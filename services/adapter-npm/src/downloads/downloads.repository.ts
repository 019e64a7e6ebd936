import { Injectable } from '@nestjs/common';
import type { PackagePurl, RepositoryId, Visibility } from '@waybill/domain';
import { DataSource } from 'typeorm';
import type { Period } from './period.rules.js';

/** What the read model counted, as the routes of downloads ask for it. */
@Injectable()
export class DownloadsRepository {
  readonly #dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
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
