import { Injectable } from '@nestjs/common';
import type { ReleaseId, ReleasePurl } from '@waybill/domain';
import { DataSource } from 'typeorm';

/** A release that the scanner has not answered for. */
export interface WaitingScan {
  readonly releaseId: ReleaseId;
  readonly purl: ReleasePurl;
  readonly repository: string;
  /** When it was submitted, or of one that was staged, approved. */
  readonly since: Date;
  /** When it was submitted, to the microsecond, as a page ends with it. */
  readonly place: string;
}

@Injectable()
export class JobsRepository {
  readonly #dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  /** Oldest first. */
  waitingScans(after: readonly [place: string, releaseId: string] | undefined, limit: number): Promise<WaitingScan[]> {
    return this.#dataSource.query(
      `SELECT v.release_id AS "releaseId", v.purl, r.slug AS repository, coalesce(v.approved_at, v.submitted_at) AS since,
              v.submitted_at::text AS place
         FROM releases v JOIN packages p USING (package_id) JOIN repositories r USING (repository_id)
        WHERE v.state = 'quarantined'
          AND ($1::timestamptz IS NULL OR (v.submitted_at, v.release_id) > ($1::timestamptz, $2::uuid))
        ORDER BY v.submitted_at, v.release_id LIMIT $3`,
      [after?.[0] ?? null, after?.[1] ?? null, limit],
    );
  }

  /** Facts that are written down and not yet on the bus, and since when. */
  async backlog(): Promise<{ readonly count: number; readonly oldest: Date | null }> {
    const [row] = await this.#dataSource.query<{ count: number; oldest: string | null }[]>(
      `SELECT count(*)::integer AS count, min(envelope ->> 'time') AS oldest FROM outbox WHERE sent_at IS NULL`,
    );
    return { count: row?.count ?? 0, oldest: typeof row?.oldest === 'string' ? new Date(row.oldest) : null };
  }
}
