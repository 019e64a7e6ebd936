import { Injectable } from '@nestjs/common';
import type { PackageId, PackagePurl, RepositoryId } from '@waybill/domain';
import { UnitOfWork } from '@waybill/persistence';
import { DataSource } from 'typeorm';

export interface CountedPackage {
  readonly repositoryId: RepositoryId;
  readonly purl: PackagePurl;
  readonly count: number;
}

export interface DayOfDownloads {
  /** `2026-01-31`. */
  readonly day: string;
  readonly downloads: number;
}

/** No event comes again later than this: the bus has given up on it long before. */
const rememberedDays = 35;
/** Two years, and a little. */
export const keptDays = 800;
const forgottenAtOnce = 1000;

@Injectable()
export class DownloadsRepository {
  readonly #dataSource: DataSource;
  readonly #unitOfWork: UnitOfWork;

  constructor(dataSource: DataSource, unitOfWork: UnitOfWork) {
    this.#dataSource = dataSource;
    this.#unitOfWork = unitOfWork;
  }

  /** Adds what one event counted, once; nothing for packages that there are not. In one order of rows, so that nobody waits for each other. */
  async add(eventId: string, day: string, counted: readonly CountedPackage[]): Promise<void> {
    await this.#unitOfWork.run(async (manager) => {
      const fresh: unknown[] = await manager.query(
        `INSERT INTO counted_downloads (event_id, counted_at) VALUES ($1, clock_timestamp())
         ON CONFLICT ON CONSTRAINT counted_downloads_pkey DO NOTHING RETURNING event_id`,
        [eventId],
      );
      if (fresh.length === 0) return;
      await manager.query(
        `INSERT INTO package_downloads (package_id, day, downloads)
         SELECT p.package_id, $1::date, sum(counted.count)
           FROM unnest($2::uuid[], $3::text[], $4::bigint[]) AS counted (repository_id, purl, count)
           JOIN packages p USING (repository_id, purl)
          GROUP BY p.package_id ORDER BY p.package_id
         ON CONFLICT ON CONSTRAINT package_downloads_pkey
           DO UPDATE SET downloads = package_downloads.downloads + excluded.downloads`,
        [
          day,
          counted.map(({ repositoryId }) => repositoryId),
          counted.map(({ purl }) => purl),
          counted.map(({ count }) => count),
        ],
      );
      await manager.query(forget('counted_downloads', `counted_at < now() - make_interval(days => $1)`), [
        rememberedDays,
        forgottenAtOnce,
      ]);
      await manager.query(forget('package_downloads', `day < current_date - $1::integer`), [keptDays, forgottenAtOnce]);
    });
  }

  /** Days that have some, from the first to the last, both included. */
  async perDay(packageId: PackageId, from: string, to: string): Promise<DayOfDownloads[]> {
    const rows = await this.#dataSource.query<{ day: string; downloads: string }[]>(
      `SELECT to_char(day, 'YYYY-MM-DD') AS day, downloads FROM package_downloads
        WHERE package_id = $1 AND day BETWEEN $2 AND $3 ORDER BY package_downloads.day`,
      [packageId, from, to],
    );
    return rows.map(({ day, downloads }) => ({ day, downloads: Number(downloads) }));
  }
}

function forget(table: string, condition: string): string {
  return `DELETE FROM ${table} WHERE ctid IN (SELECT ctid FROM ${table} WHERE ${condition} LIMIT $2 FOR UPDATE SKIP LOCKED)`;
}
