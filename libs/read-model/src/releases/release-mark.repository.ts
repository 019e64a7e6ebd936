import { Injectable } from '@nestjs/common';
import type { PackagePurl, ReleaseId, RepositoryId } from '@waybill/domain';
import type { EntityManager } from 'typeorm';
import { DataSource, In } from 'typeorm';
import type { PackageKey } from '../packages/package-key.js';
import { ReleaseMarkEntity } from './release-mark.entity.js';
import { visibleStates } from './visible-states.js';

export interface MarkedRelease {
  readonly releaseId: ReleaseId;
  readonly version: string;
}

/** Deprecations, yanks, withdrawals and restorations, remembered on their own and applied to the rows of the releases. */
@Injectable()
export class ReleaseMarkRepository {
  readonly #dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  /** The marks on those versions; a version may have had several releases, of which one was published at most. */
  of(repositoryId: RepositoryId, purl: PackagePurl, versions: readonly string[]): Promise<ReleaseMarkEntity[]> {
    return this.#dataSource.getRepository(ReleaseMarkEntity).findBy({ repositoryId, purl, version: In([...versions]) });
  }

  async deprecate(
    manager: EntityManager,
    key: PackageKey,
    releases: readonly (MarkedRelease & { readonly message: string | null })[],
    aggregateVersion: number,
  ): Promise<void> {
    await manager.query(
      `INSERT INTO release_marks (release_id, repository_id, purl, version, deprecation, deprecated_at, withdrawn_at)
       SELECT release_id, $1, $2, version, message, $3, 0
       FROM unnest($4::uuid[], $5::text[], $6::text[]) AS marked (release_id, version, message)
       ON CONFLICT ON CONSTRAINT release_marks_pkey DO UPDATE
         SET deprecation = excluded.deprecation, deprecated_at = excluded.deprecated_at
         WHERE release_marks.deprecated_at < excluded.deprecated_at`,
      [key.repositoryId, key.purl, aggregateVersion, ...columns(releases), releases.map(({ message }) => message)],
    );
  }

  async yank(
    manager: EntityManager,
    key: PackageKey,
    releases: readonly (MarkedRelease & { readonly yanked: boolean })[],
    aggregateVersion: number,
  ): Promise<void> {
    await manager.query(
      `INSERT INTO release_marks
         (release_id, repository_id, purl, version, deprecation, deprecated_at, withdrawn_at, yanked, yanked_at)
       SELECT release_id, $1, $2, version, NULL, 0, 0, yanked, $3
       FROM unnest($4::uuid[], $5::text[], $6::boolean[]) AS marked (release_id, version, yanked)
       ON CONFLICT ON CONSTRAINT release_marks_pkey DO UPDATE
         SET yanked = excluded.yanked, yanked_at = excluded.yanked_at
         WHERE release_marks.yanked_at < excluded.yanked_at`,
      [key.repositoryId, key.purl, aggregateVersion, ...columns(releases), releases.map(({ yanked }) => yanked)],
    );
  }

  async withdraw(
    manager: EntityManager,
    key: PackageKey,
    releases: readonly MarkedRelease[],
    aggregateVersion: number,
  ): Promise<void> {
    await manager.query(
      `INSERT INTO release_marks (release_id, repository_id, purl, version, deprecation, deprecated_at, withdrawn_at)
       SELECT release_id, $1, $2, version, NULL, 0, $3
       FROM unnest($4::uuid[], $5::text[]) AS marked (release_id, version)
       ON CONFLICT ON CONSTRAINT release_marks_pkey DO UPDATE
         SET withdrawn_at = greatest(release_marks.withdrawn_at, excluded.withdrawn_at)`,
      [key.repositoryId, key.purl, aggregateVersion, ...columns(releases)],
    );
  }

  async restore(
    manager: EntityManager,
    key: PackageKey,
    releases: readonly MarkedRelease[],
    aggregateVersion: number,
  ): Promise<void> {
    await manager.query(
      `INSERT INTO release_marks
         (release_id, repository_id, purl, version, deprecation, deprecated_at, withdrawn_at, restored_at)
       SELECT release_id, $1, $2, version, NULL, 0, 0, $3
       FROM unnest($4::uuid[], $5::text[]) AS marked (release_id, version)
       ON CONFLICT ON CONSTRAINT release_marks_pkey DO UPDATE
         SET restored_at = greatest(release_marks.restored_at, excluded.restored_at)`,
      [key.repositoryId, key.purl, aggregateVersion, ...columns(releases)],
    );
  }

  /**
   * Brings the rows of these releases in line with what was said about them later than the rows say themselves. Resolves
   * to whether clients see anything else now. A release that is not here yet is brought in line when it arrives.
   */
  async apply(manager: EntityManager, releaseIds: readonly ReleaseId[]): Promise<boolean> {
    const [rows]: [unknown[], number] = await manager.query(
      `UPDATE releases SET state = wanted.state,
                           deprecation = wanted.deprecation
       FROM (
         SELECT release_id, message AS deprecation,
                CASE WHEN withdrawn THEN 'withdrawn' WHEN yanked THEN 'yanked'
                     WHEN message IS NOT NULL THEN 'deprecated' ELSE 'published' END AS state
         FROM (
           SELECT releases.release_id,
                  release_marks.withdrawn_at > greatest(releases.aggregate_version, release_marks.restored_at) AS withdrawn,
                  CASE WHEN release_marks.yanked_at > releases.aggregate_version
                       THEN release_marks.yanked ELSE releases.state = 'yanked' END AS yanked,
                  CASE WHEN release_marks.deprecated_at > releases.aggregate_version
                       THEN release_marks.deprecation ELSE releases.deprecation END AS message
           FROM releases JOIN release_marks ON release_marks.release_id = releases.release_id
           WHERE releases.release_id = ANY($1::uuid[]) AND releases.state = ANY($2)
         ) AS said
       ) AS wanted
       WHERE releases.release_id = wanted.release_id
         AND (releases.state <> wanted.state OR releases.deprecation IS DISTINCT FROM wanted.deprecation)
       RETURNING releases.release_id`,
      [releaseIds, [...visibleStates, 'withdrawn']],
    );
    return rows.length > 0;
  }
}

function columns(releases: readonly MarkedRelease[]): [ReleaseId[], string[]] {
  return [releases.map(({ releaseId }) => releaseId), releases.map(({ version }) => version)];
}
