import type { PackageKey } from '../documents/search-document.js';

/** Where the tag `latest` points to since that aggregate version; null: nowhere. */
export interface LatestTag {
  readonly version: string | null;
  readonly at: number;
}

/**
 * A statement that counts the revision of a package up and returns it; `change` is a part that changes its releases with
 * it. One statement is one transaction: whoever sees a revision sees all that was changed up to it and nothing else. The
 * parameters $1 to $4 are those of `revisionParameters`.
 */
export function nextRevisionSql(change?: string): string {
  return `${change === undefined ? '' : `WITH changed AS (${change}) `}
    INSERT INTO packages (repository_id, purl, revision, latest, latest_version, owners_version)
    VALUES ($1::uuid, $2::text, 1, $3::text, $4::integer, 0)
    ON CONFLICT ON CONSTRAINT packages_pkey DO UPDATE
      SET revision = packages.revision + 1,
          latest = CASE WHEN packages.latest_version < excluded.latest_version THEN excluded.latest ELSE packages.latest END,
          latest_version = greatest(packages.latest_version, excluded.latest_version)
    RETURNING revision`;
}

export function revisionParameters(key: PackageKey, latest: LatestTag | undefined): unknown[] {
  return [key.repositoryId, key.packagePurl, latest?.version ?? null, latest?.at ?? 0];
}
