import { Injectable } from '@nestjs/common';
import type { ReleaseId } from '@waybill/domain';
import { DataSource } from 'typeorm';
import type { ReleaseRow } from './release-row.js';

export type ReleaseOutcome = Pick<ReleaseRow, 'releaseId' | 'version' | 'state' | 'reasons' | 'aggregateVersion'>;

@Injectable()
export class ReleaseOutcomeRepository {
  readonly #dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  /** How a release was settled; null before that. */
  async find(releaseId: ReleaseId): Promise<ReleaseOutcome | null> {
    const [outcome] = await this.#dataSource.query<ReleaseOutcome[]>(
      `SELECT release_id AS "releaseId", version, state, reasons, aggregate_version AS "aggregateVersion"
       FROM releases WHERE release_id = $1`,
      [releaseId],
    );
    return outcome ?? null;
  }
}
