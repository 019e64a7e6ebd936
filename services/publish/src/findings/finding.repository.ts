import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Finding, FindingLevel, Principal, ReleaseId, ReleasePurl, ReleaseState } from '@waybill/domain';
import { findingLevels } from '@waybill/domain';
import type { EntityManager } from 'typeorm';
import { DataSource } from 'typeorm';
import { mayOnPackageSql, Parameters } from '../package-access/readable.sql.js';
import type { TriageState } from './finding.entity.js';
import { FindingEntity } from './finding.entity.js';

/** How many of one scan are kept: the worst first. */
const maxPerScan = 1000;

export interface WantedFindings {
  readonly org?: string;
  readonly repository?: string;
  readonly level?: FindingLevel;
  readonly state?: TriageState;
  readonly limit: number;
  readonly after: readonly [foundAt: string, findingId: string] | undefined;
}

/** A finding with what it is about. */
export type ListedFinding = FindingEntity & {
  readonly purl: ReleasePurl;
  readonly releaseState: ReleaseState;
  readonly repository: string;
  /** `foundAt` to the microsecond, as a page ends with it. */
  readonly place: string;
};

@Injectable()
export class FindingRepository {
  readonly #dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  /** What a scan saw; what is known already stays as people judged it. A release that there is not has no findings. */
  async keep(releaseId: ReleaseId, findings: readonly Finding[]): Promise<void> {
    if (findings.length === 0) return;
    const worst = findings
      .toSorted((one, other) => findingLevels.indexOf(one.level) - findingLevels.indexOf(other.level))
      .slice(0, maxPerScan);
    await this.#dataSource.query(
      `INSERT INTO findings (finding_id, release_id, fingerprint, rule, code, level, message, path, line, found_at, state, version)
       SELECT gen_random_uuid(), releases.release_id, said.fingerprint, said.rule, said.code, said.level, said.message, said.path,
              said.line, now(), 'open', 1
         FROM releases, json_populate_recordset(NULL::findings, $2::json) AS said
        WHERE releases.release_id = $1
       ON CONFLICT ON CONSTRAINT findings_release_key DO NOTHING`,
      [releaseId, JSON.stringify(worst.map((finding) => ({ ...finding, fingerprint: fingerprintOf(finding) })))],
    );
  }

  /** Newest first, of packages whose findings the caller may review and of nothing else (security.md A5). */
  list(caller: Principal, wanted: WantedFindings): Promise<ListedFinding[]> {
    const parameters = new Parameters();
    const { org, repository, level, state, after, limit } = wanted;
    const conditions = [mayOnPackageSql(caller, 'review-findings', parameters), 'r.deleted_at IS NULL'];
    if (org !== undefined) {
      conditions.push(
        `r.organization_id = (SELECT organization_id FROM organizations WHERE name = ${parameters.add(org)})`,
      );
    }
    if (repository !== undefined) conditions.push(`r.slug = ${parameters.add(repository)}`);
    if (level !== undefined) conditions.push(`f.level = ${parameters.add(level)}`);
    if (state !== undefined) conditions.push(`f.state = ${parameters.add(state)}`);
    if (after !== undefined) {
      const [foundAt, findingId] = after;
      conditions.push(
        `(f.found_at, f.finding_id) < (${parameters.add(foundAt)}::timestamptz, ${parameters.add(findingId)}::uuid)`,
      );
    }
    return this.#dataSource.query(
      `SELECT ${columns} FROM ${tables} WHERE ${conditions.join(' AND ')}
        ORDER BY f.found_at DESC, f.finding_id DESC LIMIT ${parameters.add(limit)}`,
      parameters.values,
    );
  }

  async find(findingId: string): Promise<ListedFinding | undefined> {
    const [row] = await this.#dataSource.query<ListedFinding[]>(
      `SELECT ${columns} FROM ${tables} WHERE f.finding_id = $1 AND r.deleted_at IS NULL`,
      [findingId],
    );
    return row;
  }

  lock(manager: EntityManager, findingId: string): Promise<FindingEntity | null> {
    return manager.getRepository(FindingEntity).findOne({ where: { findingId }, lock: { mode: 'pessimistic_write' } });
  }

  async save(manager: EntityManager, finding: FindingEntity): Promise<void> {
    const { findingId, state, note, judgedBy, judgedAt, version } = finding;
    await manager.getRepository(FindingEntity).update({ findingId }, { state, note, judgedBy, judgedAt, version });
  }
}

const columns = `f.finding_id AS "findingId", f.release_id AS "releaseId", f.rule, f.code, f.level, f.message, f.path, f.line,
  f.found_at AS "foundAt", f.found_at::text AS place, f.state, f.note, f.judged_by AS "judgedBy",
  f.judged_at AS "judgedAt", f.version, v.purl, v.state AS "releaseState", r.slug AS repository`;

const tables = `findings f JOIN releases v USING (release_id) JOIN packages p USING (package_id)
  JOIN repositories r USING (repository_id)`;

function fingerprintOf({ rule, code, path, line, message }: Finding): string {
  return createHash('sha256')
    .update(JSON.stringify([rule, code, path, line, message]))
    .digest('base64url');
}
