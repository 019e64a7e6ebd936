import type { PackageKey } from '../documents/search-document.js';

/** Where the tag `latest` points to since that aggregate version; null: nowhere. */
export interface LatestTag {
  readonly version: string | null;
  readonly at: number;
}

/**
 * A statement that counts the revision of a package up and returns it (`revisedIn`); `change` is a part that changes its releases with
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
    RETURNING revision, moved_version AS "movedVersion"`;
}

/** The revision of a package with a change, and the version of the event that last moved it away from there; 0: none did. */
export interface Revised {
  readonly revision: number;
  readonly movedVersion: number;
}

export function revisedIn(rows: readonly { readonly revision: string; readonly movedVersion: number }[]): Revised {
  const [row] = rows;
  return { revision: Number(row?.revision), movedVersion: row?.movedVersion ?? 0 };
}

export function revisionParameters(key: PackageKey, latest: LatestTag | undefined): unknown[] {
  return [key.repositoryId, key.packagePurl, latest?.version ?? null, latest?.at ?? 0];
}
