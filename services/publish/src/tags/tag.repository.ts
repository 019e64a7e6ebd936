import { Injectable } from '@nestjs/common';
import type { PackageId } from '@waybill/domain';
import type { EntityManager } from 'typeorm';
import { TagEntity } from './tag.entity.js';

@Injectable()
export class TagRepository {
  find(manager: EntityManager, packageId: PackageId, tag: string): Promise<TagEntity | null> {
    return manager.getRepository(TagEntity).findOneBy({ packageId, tag });
  }

  count(manager: EntityManager, packageId: PackageId): Promise<number> {
    return manager.getRepository(TagEntity).countBy({ packageId });
  }

  async save(manager: EntityManager, tag: TagEntity): Promise<void> {
    await manager.getRepository(TagEntity).save(manager.getRepository(TagEntity).create(tag));
  }

  async remove(manager: EntityManager, packageId: PackageId, tag: string): Promise<void> {
    await manager.getRepository(TagEntity).delete({ packageId, tag });
  }
}
