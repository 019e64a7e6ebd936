import { Injectable } from '@nestjs/common';
import type { OrganizationId, PackageId, RepositoryId } from '@waybill/domain';
import type { EntityManager } from 'typeorm';
import { DataSource } from 'typeorm';

export interface DueRepository {
  readonly repositoryId: RepositoryId;
  readonly organizationId: OrganizationId;
  readonly slug: string;
  readonly aggregateVersion: number;
}

interface Reference {
  readonly table: string;
  readonly column: string;
}

/** Removes the rows of deleted repositories for good. What was audited and told of them stays. */
@Injectable()
export class RepositoryPurgeRepository {
  readonly #dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  /** Those that were deleted before, oldest first. */
  listDue(deletedBefore: Date, limit: number): Promise<DueRepository[]> {
    return this.#dataSource.query(
      `SELECT repository_id AS "repositoryId", organization_id AS "organizationId", slug,
              aggregate_version AS "aggregateVersion"
         FROM repositories WHERE deleted_at < $1 ORDER BY deleted_at LIMIT $2`,
      [deletedBefore, limit],
    );
  }

  /** So many packages with all that refers to them. Resolves to how many there were. */
  async deletePackages(manager: EntityManager, repositoryId: RepositoryId, limit: number): Promise<number> {
    const rows = await manager.query<{ package_id: PackageId }[]>(
      'SELECT package_id FROM packages WHERE repository_id = $1 ORDER BY purl COLLATE "C" LIMIT $2 FOR UPDATE',
      [repositoryId, limit],
    );
    if (rows.length === 0) return 0;
    const packageIds = rows.map((row) => row.package_id);
    for (const { table, column } of await this.#referencesTo(manager, 'releases')) {
      await manager.query(
        `DELETE FROM ${table} WHERE ${column} IN (SELECT release_id FROM releases WHERE package_id = ANY($1::uuid[]))`,
        [packageIds],
      );
    }
    for (const { table, column } of await this.#referencesTo(manager, 'packages')) {
      await manager.query(`DELETE FROM ${table} WHERE ${column} = ANY($1::uuid[])`, [packageIds]);
    }
    await manager.query('DELETE FROM packages WHERE package_id = ANY($1::uuid[])', [packageIds]);
    return packageIds.length;
  }

  /** False where it was restored, or another replica has done it. */
  async deleteRepository(manager: EntityManager, repositoryId: RepositoryId, deletedBefore: Date): Promise<boolean> {
    const rows = await manager.query<[unknown[], number]>(
      'DELETE FROM repositories WHERE repository_id = $1 AND deleted_at < $2 RETURNING repository_id',
      [repositoryId, deletedBefore],
    );
    if (rows[1] === 0) return false;
    await manager.query('DELETE FROM package_moves WHERE repository_id = $1', [repositoryId]);
    await manager.query(
      `UPDATE transfers SET state = 'cancelled', settled_at = now() WHERE subject_id = $1 AND state = 'pending'`,
      [repositoryId],
    );
    return true;
  }

  /** Which columns refer to a table, as the database knows it: what is added later is not forgotten here. */
  #referencesTo(manager: EntityManager, table: 'releases' | 'packages'): Promise<Reference[]> {
    return manager.query(
      `SELECT constraint_of.conrelid::regclass::text AS "table", quote_ident(attname) AS "column"
         FROM pg_constraint AS constraint_of
         JOIN pg_attribute ON attrelid = constraint_of.conrelid AND attnum = constraint_of.conkey[1]
        WHERE contype = 'f' AND confrelid = (quote_ident(current_schema()) || '.' || $1)::regclass
          AND cardinality(constraint_of.conkey) = 1
        ORDER BY 1, 2`,
      [table],
    );
  }
}
