import { Injectable } from '@nestjs/common';
import type { ReleaseId } from '@waybill/domain';
import type { EntityManager } from 'typeorm';
import { DataSource } from 'typeorm';
import { ScanEntity } from './scan.entity.js';

@Injectable()
export class ScanRepository {
  readonly #dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  exists(releaseId: ReleaseId): Promise<boolean> {
    return this.#dataSource.getRepository(ScanEntity).existsBy({ releaseId });
  }

  /** False when the release was scanned already: the first result stands. */
  async insert(manager: EntityManager, scan: ScanEntity): Promise<boolean> {
    const result = await manager
      .createQueryBuilder()
      .insert()
      .into(ScanEntity)
      .values(scan)
      .orIgnore()
      .returning('scan_id')
      .execute();
    return (result.raw as unknown[]).length > 0;
  }
}
