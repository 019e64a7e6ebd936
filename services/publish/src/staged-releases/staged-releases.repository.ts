import { Injectable } from '@nestjs/common';
import type { PackagePurl, Principal, ReleaseId, RepositoryId } from '@waybill/domain';
import { DataSource } from 'typeorm';
import { Parameters } from '../package-access/readable.sql.js';
import { mayKnowStagedSql } from './staged-access.rules.js';

/** Where a release stands in the list: when it was staged, as text to the microsecond, and its id. */
export type StagedPlace = readonly [stagedAt: string, releaseId: string];

export interface StagedFilter {
  readonly repositoryId?: RepositoryId;
  /** Slug of one. */
  readonly repository?: string;
  readonly packagePurl?: PackagePurl;
  /** A purl type. */
  readonly ecosystem?: string;
}

@Injectable()
export class StagedReleasesRepository {
  readonly #dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  /** Oldest first, of those alone that the caller may know of: also no page ends elsewhere (A4, A6). */
  list(
    caller: Principal,
    filter: StagedFilter,
    { after, limit }: { readonly after: StagedPlace | undefined; readonly limit: number },
  ): Promise<{ readonly releaseId: ReleaseId; readonly place: string }[]> {
    const parameters = new Parameters();
    const conditions = conditionsOf(caller, filter, parameters);
    if (after !== undefined) {
      const [stagedAt, releaseId] = after.map((part) => parameters.add(part));
      conditions.push(`(waiting.submitted_at, waiting.release_id) > (${stagedAt}::timestamptz, ${releaseId}::uuid)`);
    }
    return this.#dataSource.query(
      `SELECT waiting.release_id AS "releaseId", waiting.submitted_at::text AS place ${from}
        WHERE ${conditions.join(' AND ')}
        ORDER BY waiting.submitted_at, waiting.release_id LIMIT ${parameters.add(limit)}`,
      parameters.values,
    );
  }

  /** Newest first, and how many there are, for clients that count pages. */
  async page(
    caller: Principal,
    filter: StagedFilter,
    { offset, limit }: { readonly offset: number; readonly limit: number },
  ): Promise<{ readonly releaseIds: ReleaseId[]; readonly total: number }> {
    const parameters = new Parameters();
    const where = conditionsOf(caller, filter, parameters).join(' AND ');
    const [count] = await this.#dataSource.query<{ total: number }[]>(
      `SELECT count(*)::integer AS total ${from} WHERE ${where}`,
      parameters.values,
    );
    const rows = await this.#dataSource.query<{ releaseId: ReleaseId }[]>(
      `SELECT waiting.release_id AS "releaseId" ${from} WHERE ${where}
        ORDER BY waiting.submitted_at DESC, waiting.release_id DESC
       OFFSET ${parameters.add(offset)} LIMIT ${parameters.add(limit)}`,
      parameters.values,
    );
    return { releaseIds: rows.map(({ releaseId }) => releaseId), total: count?.total ?? 0 };
  }

  /** Those that were staged before, oldest first, whoever may know of them. */
  async stagedBefore(time: Date, limit: number): Promise<ReleaseId[]> {
    const rows = await this.#dataSource.query<{ releaseId: ReleaseId }[]>(
      `SELECT release_id AS "releaseId" FROM releases WHERE state = 'staged' AND submitted_at < $1
        ORDER BY submitted_at, release_id LIMIT $2`,
      [time, limit],
    );
    return rows.map(({ releaseId }) => releaseId);
  }
}

const from = 'FROM releases waiting JOIN packages p USING (package_id) JOIN repositories r USING (repository_id)';

function conditionsOf(caller: Principal, filter: StagedFilter, parameters: Parameters): string[] {
  const { repositoryId, repository, packagePurl, ecosystem } = filter;
  return [
    `waiting.state = 'staged'`,
    'r.deleted_at IS NULL',
    mayKnowStagedSql(caller, parameters),
    ...(repositoryId === undefined ? [] : [`r.repository_id = ${parameters.add(repositoryId)}`]),
    ...(repository === undefined ? [] : [`r.slug = ${parameters.add(repository)}`]),
    ...(packagePurl === undefined ? [] : [`p.purl = ${parameters.add(packagePurl)}`]),
    ...(ecosystem === undefined ? [] : [`starts_with(p.purl, ${parameters.add(`pkg:${ecosystem}/`)})`]),
  ];
}
