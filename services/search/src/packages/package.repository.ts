import { Injectable } from '@nestjs/common';
import type { ReleaseSummary } from '@waybill/contracts';
import type { ReleaseId, Visibility } from '@waybill/domain';
import { DataSource } from 'typeorm';
import type { PackageKey } from '../documents/search-document.js';
import type { LatestTag, Revised } from './package-revision.sql.js';
import { nextRevisionSql, revisedIn, revisionParameters } from './package-revision.sql.js';
import type { InstallableRelease } from './release.repository.js';

/** Everything that is known of a package at one revision: nothing that is newer, nothing older that is missing. */
export interface KnownPackage {
  readonly revision: number;
  readonly latest: string | null;
  /** Null until somebody has said who owns it. */
  readonly owners: readonly string[] | null;
  /** Its own; null where it has none. */
  readonly visibility: Visibility | null;
  readonly installable: readonly InstallableRelease[];
}

@Injectable()
export class PackageRepository {
  readonly #dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  /** Undefined before the first event. Releases without their summaries, which may be long. */
  async find(key: PackageKey): Promise<KnownPackage | undefined> {
    const [row] = await this.#dataSource.query<PackageRow[]>(
      `SELECT revision, latest, owners, visibility,
              (SELECT json_agg(json_build_object('releaseId', release_id, 'version', version, 'publishedAt', published_at,
                                                 'publishedBy', published_by, 'deprecated', deprecated))
                 FROM releases
                WHERE releases.repository_id = packages.repository_id AND releases.purl = packages.purl
                  AND published_version > 0 AND greatest(published_version, restored_version) > withdrawn_version) AS installable
         FROM packages WHERE repository_id = $1 AND purl = $2`,
      [key.repositoryId, key.packagePurl],
    );
    if (row === undefined) return undefined;
    const installable = (row.installable ?? []).map((one) => ({ ...one, publishedAt: new Date(one.publishedAt) }));
    const { latest, owners, visibility } = row;
    return { revision: Number(row.revision), latest, owners, visibility, installable };
  }

  async summaryOf(releaseId: ReleaseId): Promise<ReleaseSummary> {
    const [row] = await this.#dataSource.query<{ summary: ReleaseSummary | null }[]>(
      `SELECT summary FROM releases WHERE release_id = $1`,
      [releaseId],
    );
    return row?.summary ?? {};
  }

  async pointLatest(key: PackageKey, latest: LatestTag): Promise<Revised> {
    return revisedIn(await this.#dataSource.query(nextRevisionSql(), revisionParameters(key, latest)));
  }

  /** Takes over what the package says of its visibility unless something newer is known. */
  async setVisibility(key: PackageKey, visibility: Visibility | null, at: number): Promise<Revised> {
    return revisedIn(
      await this.#dataSource.query(
        `INSERT INTO packages (repository_id, purl, revision, latest_version, owners_version, visibility, settings_version)
         VALUES ($1, $2, 1, 0, 0, $3, $4)
         ON CONFLICT ON CONSTRAINT packages_pkey DO UPDATE
           SET revision = packages.revision + 1,
               visibility = CASE WHEN packages.settings_version < excluded.settings_version
                                 THEN excluded.visibility ELSE packages.visibility END,
               settings_version = greatest(packages.settings_version, excluded.settings_version)
         RETURNING revision, moved_version AS "movedVersion"`,
        [key.repositoryId, key.packagePurl, visibility, at],
      ),
    );
  }

  /**
   * Takes the owners over unless newer ones are known. Undefined: they were not taken over. `unseenAt`: a revision at which
   * they change nothing that is searched; it stays if it is still that one, so that nothing has to be indexed.
   */
  async setOwners(
    key: PackageKey,
    owners: readonly string[],
    at: number,
    unseenAt: number | undefined,
  ): Promise<number | undefined> {
    const [row] = await this.#dataSource.query<{ revision: string }[]>(
      `INSERT INTO packages (repository_id, purl, revision, latest_version, owners, owners_version)
       VALUES ($1, $2, 1, 0, $3, $4)
       ON CONFLICT ON CONSTRAINT packages_pkey DO UPDATE
         SET owners = excluded.owners, owners_version = excluded.owners_version,
             revision = packages.revision + CASE WHEN packages.revision = $5::bigint THEN 0 ELSE 1 END
         WHERE packages.owners_version < excluded.owners_version
       RETURNING revision`,
      [key.repositoryId, key.packagePurl, owners, at, unseenAt ?? null],
    );
    return row === undefined ? undefined : Number(row.revision);
  }
}

interface PackageRow {
  readonly revision: string;
  readonly latest: string | null;
  readonly owners: string[] | null;
  readonly visibility: Visibility | null;
  readonly installable: (Omit<InstallableRelease, 'publishedAt'> & { readonly publishedAt: string })[] | null;
}
