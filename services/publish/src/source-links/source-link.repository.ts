import { Injectable } from '@nestjs/common';
import type { PackageId } from '@waybill/domain';
import type { EntityManager } from 'typeorm';
import { DataSource } from 'typeorm';
import { SourceLinkEntity } from './source-link.entity.js';

@Injectable()
export class SourceLinkRepository {
  readonly #dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  find(packageId: PackageId, manager: EntityManager = this.#dataSource.manager): Promise<SourceLinkEntity | null> {
    return manager.getRepository(SourceLinkEntity).findOneBy({ packageId });
  }

  async save(manager: EntityManager, link: SourceLinkEntity): Promise<void> {
    await manager.getRepository(SourceLinkEntity).upsert(link, ['packageId']);
  }

  async remove(manager: EntityManager, packageId: PackageId): Promise<void> {
    await manager.getRepository(SourceLinkEntity).delete({ packageId });
  }
}
