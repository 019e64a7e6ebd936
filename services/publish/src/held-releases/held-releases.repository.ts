import { Injectable } from '@nestjs/common';
import type { Principal, ReleaseId } from '@waybill/domain';
import { DataSource } from 'typeorm';
import { mayOnPackageSql, Parameters } from '../package-access/readable.sql.js';

/** Where a release stands in the list: when it was submitted, as text to the microsecond, and its id. */
export type HeldPlace = readonly [submittedAt: string, releaseId: string];

/** A page of a list: from after a place in it. */
export interface Wanted {
  readonly state: 'held' | 'quarantined';
  readonly after: HeldPlace | undefined;
  readonly limit: number;
}

@Injectable()
export class HeldReleasesRepository {
  readonly #dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  /** Oldest first, of packages whose findings the caller may review and of nothing else: also no page ends elsewhere (A4, A6). */
  list(
    caller: Principal,
    { state, after, limit }: Wanted,
  ): Promise<{ readonly releaseId: ReleaseId; readonly place: string }[]> {
    const parameters = new Parameters();
    const conditions = [
      mayOnPackageSql(caller, 'review-findings', parameters),
      'r.deleted_at IS NULL',
      `waiting.state = ${parameters.add(state)}`,
    ];
    if (after !== undefined) {
      const [submittedAt, releaseId] = after.map((part) => parameters.add(part));
      conditions.push(`(waiting.submitted_at, waiting.release_id) > (${submittedAt}::timestamptz, ${releaseId}::uuid)`);
    }
    return this.#dataSource.query(
      `SELECT waiting.release_id AS "releaseId", waiting.submitted_at::text AS place
         FROM releases waiting JOIN packages p USING (package_id) JOIN repositories r USING (repository_id)
        WHERE ${conditions.join(' AND ')}
        ORDER BY waiting.submitted_at, waiting.release_id LIMIT ${parameters.add(limit)}`,
      parameters.values,
    );
  }
}
