import { Injectable } from '@nestjs/common';
import type { ReleaseId } from '@waybill/domain';
import type { StatementPart } from '@waybill/persistence';
import { runJoined } from '@waybill/persistence';
import type { EntityManager } from 'typeorm';
import { DataSource } from 'typeorm';
import { ScanEntity } from './scan.entity.js';

@Injectable()
export class ScanRepository {
  readonly #dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  exists(releaseId: ReleaseId): Promise<boolean> {
    return this.#dataSource.getRepository(ScanEntity).existsBy({ releaseId });
  }

  /**
   * Writes the result and what announces it, in one statement. False when the release was scanned already: the first
   * result stands, and nothing is announced. `announcement` is a part for each row of `source`.
   */
  async insert(
    scan: ScanEntity,
    announcement: (manager: EntityManager, source: string) => StatementPart,
  ): Promise<boolean> {
    const { manager } = this.#dataSource;
    const parts = { scanned: insertOf(scan), announced: announcement(manager, 'scanned') };
    return (await runJoined(manager, parts, 'SELECT scan_id FROM scanned')).length > 0;
  }
}

function insertOf(scan: ScanEntity): StatementPart {
  const { scanId, releaseId, purl, completed, failure, findings, facts, startedAt, finishedAt } = scan;
  return {
    text: `INSERT INTO scans (scan_id, release_id, purl, completed, failure, findings, facts, started_at, finished_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
           ON CONFLICT ON CONSTRAINT scans_release_key DO NOTHING RETURNING scan_id`,
    values: [
      scanId,
      releaseId,
      purl,
      completed,
      failure,
      JSON.stringify(findings),
      JSON.stringify(facts),
      startedAt,
      finishedAt,
    ],
  };
}
