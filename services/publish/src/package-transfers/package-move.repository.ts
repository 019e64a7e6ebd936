import { Injectable } from '@nestjs/common';
import type { PackageId, RepositoryId } from '@waybill/domain';
import type { EntityManager } from 'typeorm';
import { DataSource } from 'typeorm';
import { PackageEntity } from '../packages/package.entity.js';
import { PackageMoveEntity } from './package-move.entity.js';

@Injectable()
export class PackageMoveRepository {
  readonly #dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  /** Whether releases of it wait for the scanner or for people. */
  async isWaitedFor(manager: EntityManager, packageId: PackageId): Promise<boolean> {
    const rows = await manager.query<unknown[]>(
      `SELECT 1 FROM releases WHERE package_id = $1 AND state IN ('staged', 'held', 'quarantined') LIMIT 1`,
      [packageId],
    );
    return rows.length > 0;
  }

  /** Whether the name belongs to another package there, or did before that was moved away. */
  async isTakenByOther(
    manager: EntityManager,
    { packageId, nameKey }: PackageEntity,
    repositoryId: RepositoryId,
  ): Promise<boolean> {
    const rows = await manager.query<unknown[]>(
      `SELECT 1 FROM packages WHERE repository_id = $1 AND name_key = $2
       UNION ALL SELECT 1 FROM package_moves WHERE repository_id = $1 AND name_key = $2 AND package_id <> $3 LIMIT 1`,
      [repositoryId, nameKey, packageId],
    );
    return rows.length > 0;
  }

  /** The repository that it was moved away from last. */
  async lastLeft(packageId: PackageId): Promise<RepositoryId | undefined> {
    const [row] = await this.#dataSource.query<{ repository_id: RepositoryId }[]>(
      'SELECT repository_id FROM package_moves WHERE package_id = $1 ORDER BY aggregate_version DESC LIMIT 1',
      [packageId],
    );
    return row?.repository_id;
  }

  /** What was offered of it by the organization that it has left. */
  async endOffers(manager: EntityManager, packageId: PackageId, settledBy: string): Promise<void> {
    await manager.query(
      `UPDATE transfers SET state = 'cancelled', settled_by = $2, settled_at = now()
        WHERE subject_id = $1 AND state = 'pending'`,
      [packageId, settledBy],
    );
  }

  /** Of a locked package whose event is counted: it is there from now on, and what linked it to its old place is gone. */
  async move(manager: EntityManager, owner: PackageEntity, movedTo: RepositoryId): Promise<void> {
    const { packageId, repositoryId, nameKey, aggregateVersion } = owner;
    const movedAt = new Date();
    await manager
      .getRepository(PackageMoveEntity)
      .insert({ repositoryId, nameKey, aggregateVersion, packageId, movedTo, movedAt });
    owner.repositoryId = movedTo;
    owner.version += 1;
    const { version, trustedPublishingOnly } = owner;
    await manager
      .getRepository(PackageEntity)
      .update({ packageId }, { repositoryId: movedTo, version, trustedPublishingOnly });
  }
}
