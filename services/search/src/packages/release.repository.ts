import { Injectable } from '@nestjs/common';
import type { ReleaseSummary } from '@waybill/contracts';
import type { ReleaseId } from '@waybill/domain';
import type { EntityManager } from 'typeorm';
import type { PackageKey } from '../documents/search-document.js';
import { ReleaseEntity } from './release.entity.js';

interface OneVersion {
  readonly releaseId: ReleaseId;
  readonly version: string;
}

export interface InstallableRelease extends OneVersion {
  readonly publishedAt: Date;
  readonly publishedBy: string;
  readonly deprecated: boolean;
}

/** Facts about releases, each taken over unless a newer one of its kind is known. `at` is an aggregate version. */
@Injectable()
export class ReleaseRepository {
  async publish(
    manager: EntityManager,
    key: PackageKey,
    release: OneVersion & {
      readonly summary: ReleaseSummary;
      readonly publishedAt: Date;
      readonly publishedBy: string;
    },
    at: number,
  ): Promise<void> {
    await manager.query(
      `INSERT INTO releases (release_id, repository_id, purl, version, summary, published_by, published_at,
                             published_version, withdrawn_version, deprecated, deprecated_version)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, false, 0)
       ON CONFLICT ON CONSTRAINT releases_pkey DO UPDATE
         SET summary = excluded.summary, published_by = excluded.published_by,
             published_at = excluded.published_at, published_version = excluded.published_version
         WHERE releases.published_version < excluded.published_version`,
      [
        release.releaseId,
        key.repositoryId,
        key.packagePurl,
        release.version,
        JSON.stringify(release.summary),
        release.publishedBy,
        release.publishedAt,
        at,
      ],
    );
  }

  async withdraw(manager: EntityManager, key: PackageKey, releases: readonly OneVersion[], at: number): Promise<void> {
    await manager.query(
      `INSERT INTO releases (release_id, repository_id, purl, version, published_version, withdrawn_version,
                             deprecated, deprecated_version)
       SELECT DISTINCT ON (release_id) release_id, $1::uuid, $2, version, 0, $5::integer, false, 0
         FROM unnest($3::uuid[], $4::text[]) AS given (release_id, version)
       ON CONFLICT ON CONSTRAINT releases_pkey DO UPDATE SET withdrawn_version = excluded.withdrawn_version
         WHERE releases.withdrawn_version < excluded.withdrawn_version`,
      [key.repositoryId, key.packagePurl, ...columnsOf(releases), at],
    );
  }

  async deprecate(
    manager: EntityManager,
    key: PackageKey,
    releases: readonly (OneVersion & { readonly deprecated: boolean })[],
    at: number,
  ): Promise<void> {
    await manager.query(
      `INSERT INTO releases (release_id, repository_id, purl, version, published_version, withdrawn_version,
                             deprecated, deprecated_version)
       SELECT DISTINCT ON (release_id) release_id, $1::uuid, $2, version, 0, 0, deprecated, $6::integer
         FROM unnest($3::uuid[], $4::text[], $5::boolean[]) AS given (release_id, version, deprecated)
       ON CONFLICT ON CONSTRAINT releases_pkey DO UPDATE
         SET deprecated = excluded.deprecated, deprecated_version = excluded.deprecated_version
         WHERE releases.deprecated_version < excluded.deprecated_version`,
      [key.repositoryId, key.packagePurl, ...columnsOf(releases), releases.map(({ deprecated }) => deprecated), at],
    );
  }

  /** All that can be installed, without their summaries. */
  async installable(manager: EntityManager, key: PackageKey): Promise<InstallableRelease[]> {
    return manager.query<InstallableRelease[]>(
      `SELECT release_id AS "releaseId", version, published_at AS "publishedAt", published_by AS "publishedBy", deprecated
         FROM releases
        WHERE repository_id = $1 AND purl = $2 AND published_version > withdrawn_version`,
      [key.repositoryId, key.packagePurl],
    );
  }

  async summaryOf(manager: EntityManager, releaseId: ReleaseId): Promise<ReleaseSummary> {
    const found = await manager.getRepository(ReleaseEntity).findOneByOrFail({ releaseId });
    return found.summary ?? {};
  }
}

function columnsOf(releases: readonly OneVersion[]): [ReleaseId[], string[]] {
  return [releases.map(({ releaseId }) => releaseId), releases.map(({ version }) => version)];
}
