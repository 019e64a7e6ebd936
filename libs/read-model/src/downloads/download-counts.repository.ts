import { Injectable } from '@nestjs/common';
import type { PackagePurl, RepositoryId } from '@waybill/domain';
import { UnitOfWork } from '@waybill/persistence';

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
export class DownloadCountsRepository {
  readonly #unitOfWork: UnitOfWork;

  constructor(unitOfWork: UnitOfWork) {
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
}
