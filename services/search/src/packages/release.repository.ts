import { Injectable } from '@nestjs/common';
import type { ReleaseSummary } from '@waybill/contracts';
import type { ReleaseId } from '@waybill/domain';
import { DataSource } from 'typeorm';
import type { PackageKey } from '../documents/search-document.js';
import type { LatestTag, Revised } from './package-revision.sql.js';
import { nextRevisionSql, revisedIn, revisionParameters } from './package-revision.sql.js';

interface OneVersion {
  readonly releaseId: ReleaseId;
  readonly version: string;
}

export interface InstallableRelease extends OneVersion {
  readonly publishedAt: Date;
  readonly publishedBy: string;
  readonly deprecated: boolean;
}

export interface NewRelease extends InstallableRelease {
  readonly summary: ReleaseSummary;
}

/**
 * Facts about releases, each taken over unless a newer one of its kind is known, together with where `latest` points to
 * now. `at` is an aggregate version. Each resolves to the revision of the package with that change.
 */
@Injectable()
export class ReleaseRepository {
  readonly #dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  /** With its deprecation, when it has one from the beginning. */
  publish(key: PackageKey, release: NewRelease, at: number, latest?: LatestTag): Promise<Revised> {
    const { releaseId, version, summary, publishedBy, publishedAt, deprecated } = release;
    return this.#change(key, latest, publishSql, [
      releaseId,
      version,
      JSON.stringify(summary),
      publishedBy,
      publishedAt,
      at,
      deprecated,
    ]);
  }

  withdraw(key: PackageKey, releases: readonly OneVersion[], at: number, latest?: LatestTag): Promise<Revised> {
    return this.#change(key, latest, withdrawSql, [...columnsOf(releases), at]);
  }

  /** They can be installed again. */
  restore(key: PackageKey, releases: readonly OneVersion[], at: number, latest?: LatestTag): Promise<Revised> {
    return this.#change(key, latest, restoreSql, [...columnsOf(releases), at]);
  }

  deprecate(
    key: PackageKey,
    releases: readonly (OneVersion & { readonly deprecated: boolean })[],
    at: number,
  ): Promise<Revised> {
    const deprecated = releases.map((release) => release.deprecated);
    return this.#change(key, undefined, deprecateSql, [...columnsOf(releases), deprecated, at]);
  }

  async #change(
    key: PackageKey,
    latest: LatestTag | undefined,
    sql: string,
    parameters: readonly unknown[],
  ): Promise<Revised> {
    const values = [...revisionParameters(key, latest), ...parameters];
    return revisedIn(await this.#dataSource.query(nextRevisionSql(sql), values));
  }
}

function columnsOf(releases: readonly OneVersion[]): [ReleaseId[], string[]] {
  return [releases.map(({ releaseId }) => releaseId), releases.map(({ version }) => version)];
}

const publishSql = `
  INSERT INTO releases (release_id, repository_id, purl, version, summary, published_by, published_at, published_version,
                        withdrawn_version, deprecated, deprecated_version)
  VALUES ($5::uuid, $1::uuid, $2::text, $6, $7, $8, $9, $10::integer, 0, $11::boolean,
          CASE WHEN $11::boolean THEN $10::integer ELSE 0 END)
  ON CONFLICT ON CONSTRAINT releases_pkey DO UPDATE
    SET summary = CASE WHEN releases.published_version < excluded.published_version
                       THEN excluded.summary ELSE releases.summary END,
        published_by = CASE WHEN releases.published_version < excluded.published_version
                            THEN excluded.published_by ELSE releases.published_by END,
        published_at = CASE WHEN releases.published_version < excluded.published_version
                            THEN excluded.published_at ELSE releases.published_at END,
        published_version = greatest(releases.published_version, excluded.published_version),
        deprecated = CASE WHEN releases.deprecated_version < excluded.deprecated_version
                          THEN excluded.deprecated ELSE releases.deprecated END,
        deprecated_version = greatest(releases.deprecated_version, excluded.deprecated_version)`;

const withdrawSql = `
  INSERT INTO releases (release_id, repository_id, purl, version, published_version, withdrawn_version, deprecated,
                        deprecated_version)
  SELECT DISTINCT ON (release_id) release_id, $1::uuid, $2::text, version, 0, $7::integer, false, 0
    FROM unnest($5::uuid[], $6::text[]) AS given (release_id, version)
  ON CONFLICT ON CONSTRAINT releases_pkey DO UPDATE SET withdrawn_version = excluded.withdrawn_version
    WHERE releases.withdrawn_version < excluded.withdrawn_version`;

const restoreSql = `
  INSERT INTO releases (release_id, repository_id, purl, version, published_version, withdrawn_version, restored_version,
                        deprecated, deprecated_version)
  SELECT DISTINCT ON (release_id) release_id, $1::uuid, $2::text, version, 0, 0, $7::integer, false, 0
    FROM unnest($5::uuid[], $6::text[]) AS given (release_id, version)
  ON CONFLICT ON CONSTRAINT releases_pkey DO UPDATE SET restored_version = excluded.restored_version
    WHERE releases.restored_version < excluded.restored_version`;

const deprecateSql = `
  INSERT INTO releases (release_id, repository_id, purl, version, published_version, withdrawn_version, deprecated,
                        deprecated_version)
  SELECT DISTINCT ON (release_id) release_id, $1::uuid, $2::text, version, 0, 0, deprecated, $8::integer
    FROM unnest($5::uuid[], $6::text[], $7::boolean[]) AS given (release_id, version, deprecated)
  ON CONFLICT ON CONSTRAINT releases_pkey DO UPDATE
    SET deprecated = excluded.deprecated, deprecated_version = excluded.deprecated_version
    WHERE releases.deprecated_version < excluded.deprecated_version`;
