import { Injectable } from '@nestjs/common';
import type { Digest, PackageId, ReleaseId } from '@waybill/domain';
import type { EntityManager } from 'typeorm';
import { DataSource, IsNull } from 'typeorm';
import { PackageDeletionEntity } from './package-deletion.entity.js';

export interface WithdrawnRelease {
  readonly releaseId: ReleaseId;
  readonly version: string;
  readonly withdrawnAt: Date;
  readonly deletionId: string | null;
}

@Injectable()
export class PackageDeletionRepository {
  readonly #dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  async insert(manager: EntityManager, deletion: PackageDeletionEntity): Promise<void> {
    await manager.getRepository(PackageDeletionEntity).insert(deletion);
  }

  /** The one that nobody has undone. */
  current(
    packageId: PackageId,
    manager: EntityManager = this.#dataSource.manager,
  ): Promise<PackageDeletionEntity | null> {
    return manager.getRepository(PackageDeletionEntity).findOneBy({ packageId, restoredAt: IsNull() });
  }

  async markRestored(manager: EntityManager, deletionId: string, at: Date): Promise<void> {
    await manager.getRepository(PackageDeletionEntity).update({ deletionId }, { restoredAt: at });
  }

  /** What a deletion took and is still withdrawn, oldest first. */
  taken(deletionId: string, manager: EntityManager = this.#dataSource.manager): Promise<WithdrawnRelease[]> {
    return manager.query(
      `${withdrawnSql} WHERE deletion_id = $1 AND state = 'withdrawn' AND NOT replaced ORDER BY submitted_at, release_id`,
      [deletionId],
    );
  }

  async withdrawn(
    packageId: PackageId,
    version: string,
    manager: EntityManager = this.#dataSource.manager,
  ): Promise<WithdrawnRelease | undefined> {
    const [row] = await manager.query<WithdrawnRelease[]>(
      `${withdrawnSql} WHERE package_id = $1 AND version = $2 AND state = 'withdrawn' AND NOT replaced`,
      [packageId, version],
    );
    return row;
  }

  /** The files of releases, each of the same bytes once. */
  async filesOf(releaseIds: readonly ReleaseId[]): Promise<{ readonly digest: Digest; readonly sizeBytes: number }[]> {
    const rows = await this.#dataSource.query<{ digest: Digest; sizeBytes: string }[]>(
      `SELECT DISTINCT sha256 AS digest, size_bytes AS "sizeBytes" FROM artifacts WHERE release_id = ANY($1::uuid[])`,
      [releaseIds],
    );
    return rows.map(({ digest, sizeBytes }) => ({ digest, sizeBytes: Number(sizeBytes) }));
  }
}

const withdrawnSql = `
  SELECT release_id AS "releaseId", version, withdrawn_at AS "withdrawnAt", deletion_id AS "deletionId" FROM releases`;
