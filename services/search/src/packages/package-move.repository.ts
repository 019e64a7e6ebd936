import { Injectable } from '@nestjs/common';
import type { RepositoryId, Visibility } from '@waybill/domain';
import { UnitOfWork } from '@waybill/persistence';
import type { EntityManager } from 'typeorm';
import type { PackageKey } from '../documents/search-document.js';

/** Takes what is known of a package from one repository to another. */
@Injectable()
export class PackageMoveRepository {
  readonly #unitOfWork: UnitOfWork;

  constructor(unitOfWork: UnitOfWork) {
    this.#unitOfWork = unitOfWork;
  }

  /** Resolves to where it is now: it may have moved on since. */
  move(
    key: PackageKey,
    to: RepositoryId,
    { at, visibility }: { readonly at: number; readonly visibility: Visibility | null },
  ): Promise<PackageKey> {
    return this.#unitOfWork.run(async (manager) => {
      // Whoever changes the package here waits for this row, and hears from it that the package is gone.
      await manager.query(
        `INSERT INTO packages (repository_id, purl, revision, latest_version, owners_version, moved_version,
                               visibility, settings_version)
         VALUES ($1, $2, 1, 0, 0, $3, $4, $3)
         ON CONFLICT ON CONSTRAINT packages_pkey DO UPDATE
           SET revision = packages.revision + 1,
               moved_version = greatest(packages.moved_version, excluded.moved_version), ${newerSettings}`,
        [key.repositoryId, key.packagePurl, at, visibility],
      );
      await manager.query(
        `INSERT INTO package_moves (repository_id, purl, aggregate_version, moved_to) VALUES ($1, $2, $3, $4)
         ON CONFLICT ON CONSTRAINT package_moves_pkey DO NOTHING`,
        [key.repositoryId, key.packagePurl, at, to],
      );
      return takeAlong(manager, key, at - 1);
    });
  }

  /** Something that was told of this place, at that version, was written here after the package was moved. */
  follow(key: PackageKey, at: number): Promise<PackageKey> {
    return this.#unitOfWork.run(async (manager) => {
      await manager.query('UPDATE packages SET revision = revision + 1 WHERE repository_id = $1 AND purl = $2', [
        key.repositoryId,
        key.packagePurl,
      ]);
      return takeAlong(manager, key, at);
    });
  }
}

const newerSettings = `
  visibility = CASE WHEN packages.settings_version < excluded.settings_version
                    THEN excluded.visibility ELSE packages.visibility END,
  settings_version = greatest(packages.settings_version, excluded.settings_version)`;

async function takeAlong(manager: EntityManager, key: PackageKey, at: number): Promise<PackageKey> {
  const to = await placeAfter(manager, key, at);
  if (to === key.repositoryId) return key;
  for (const statement of moveSql) await manager.query(statement, [key.repositoryId, key.packagePurl, to]);
  return { ...key, repositoryId: to };
}

/** Moves count up along with the package, so that one that went and came back is followed in that order. */
async function placeAfter(manager: EntityManager, key: PackageKey, at: number): Promise<RepositoryId> {
  const moves = await manager.query<{ from: RepositoryId; to: RepositoryId }[]>(
    `SELECT repository_id AS "from", moved_to AS "to" FROM package_moves
      WHERE purl = $1 AND aggregate_version > $2 ORDER BY aggregate_version`,
    [key.packagePurl, at],
  );
  let { repositoryId } = key;
  for (const { from, to } of moves) if (from === repositoryId) repositoryId = to;
  return repositoryId;
}

const moveSql = [
  // Owners stay behind and end (security.md T11).
  `INSERT INTO packages (repository_id, purl, revision, latest, latest_version, owners_version, visibility, settings_version)
   SELECT $3::uuid, purl, 1, latest, latest_version, 0, visibility, settings_version FROM packages
    WHERE repository_id = $1 AND purl = $2
   ON CONFLICT ON CONSTRAINT packages_pkey DO UPDATE
     SET revision = packages.revision + 1,
         latest = CASE WHEN packages.latest_version < excluded.latest_version THEN excluded.latest ELSE packages.latest END,
         latest_version = greatest(packages.latest_version, excluded.latest_version), ${newerSettings}`,
  `UPDATE packages SET owners = NULL WHERE repository_id = $1 AND purl = $2 AND repository_id <> $3::uuid`,
  `UPDATE releases SET repository_id = $3::uuid WHERE repository_id = $1 AND purl = $2`,
  `INSERT INTO downloads (repository_id, purl, day, count)
   SELECT $3::uuid, purl, day, count FROM downloads WHERE repository_id = $1 AND purl = $2
   ON CONFLICT ON CONSTRAINT downloads_pkey DO UPDATE SET count = downloads.count + excluded.count`,
  `DELETE FROM downloads WHERE repository_id = $1 AND purl = $2 AND repository_id <> $3::uuid`,
];
