import { Inject, Injectable } from '@nestjs/common';
import type { RepositoryId } from '@waybill/domain';
import type { EntityManager } from 'typeorm';
import type { PackageKey } from '../packages/package-key.js';
import type { ReadModelOptions } from '../read-model-options.js';
import { READ_MODEL } from '../read-model-options.js';
import type { PackageMoveEntity } from './package-move.entity.js';

/** Takes one package's read model from one repository to another, and knows where it went. */
@Injectable()
export class PackageMoveRepository {
  readonly #moves: ReadModelOptions['moves'];

  constructor(@Inject(READ_MODEL) { moves }: ReadModelOptions) {
    this.#moves = moves;
  }

  /**
   * Where what an event with that version says belongs now: it was told of the place where the package was then. Moves count
   * up along with the package, so that one that went and came back is followed in that order.
   */
  async placeNow(manager: EntityManager, key: PackageKey, aggregateVersion: number): Promise<PackageKey> {
    const moves: Pick<PackageMoveEntity, 'repositoryId' | 'aggregateVersion' | 'movedTo'>[] = await manager.query(
      `SELECT repository_id AS "repositoryId", aggregate_version AS "aggregateVersion", moved_to AS "movedTo"
       FROM package_moves WHERE purl = $1 AND aggregate_version > $2 ORDER BY aggregate_version`,
      [key.purl, aggregateVersion],
    );
    let { repositoryId } = key;
    for (const move of moves) if (move.repositoryId === repositoryId) repositoryId = move.movedTo;
    return { repositoryId, purl: key.purl };
  }

  /** False when it is known already. */
  async remember(
    manager: EntityManager,
    from: PackageKey,
    to: RepositoryId,
    aggregateVersion: number,
  ): Promise<boolean> {
    const rows: unknown[] = await manager.query(
      `INSERT INTO package_moves (repository_id, purl, aggregate_version, moved_to) VALUES ($1, $2, $3, $4)
       ON CONFLICT ON CONSTRAINT package_moves_pkey DO NOTHING RETURNING purl`,
      [from.repositoryId, from.purl, aggregateVersion, to],
    );
    return rows.length > 0;
  }

  /**
   * Both packages are locked. Releases with their marks, and counts of downloads, go along; the rest as the ecosystem says.
   */
  async moveRows(manager: EntityManager, { repositoryId, purl }: PackageKey, to: RepositoryId): Promise<void> {
    for (const statement of [...moveSql, ...this.#moves.statements])
      await manager.query(statement, [repositoryId, purl, to]);
    for (const table of ['daily_downloads', ...this.#moves.leftBehind]) {
      await manager.query(`DELETE FROM ${table} WHERE repository_id = $1 AND purl = $2`, [repositoryId, purl]);
    }
  }
}

const moveSql = [
  `UPDATE releases SET repository_id = $3 WHERE repository_id = $1 AND purl = $2`,
  `UPDATE release_marks SET repository_id = $3 WHERE repository_id = $1 AND purl = $2`,
  `INSERT INTO daily_downloads (repository_id, purl, day, version, downloads)
   SELECT $3::uuid, purl, day, version, downloads FROM daily_downloads WHERE repository_id = $1 AND purl = $2
   ON CONFLICT ON CONSTRAINT daily_downloads_pkey DO UPDATE
     SET downloads = daily_downloads.downloads + excluded.downloads`,
];
