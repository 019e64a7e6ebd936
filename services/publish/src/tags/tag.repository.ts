import { Injectable } from '@nestjs/common';
import type { PackageId } from '@waybill/domain';
import type { EntityManager } from 'typeorm';
import { IsNull, Not } from 'typeorm';
import { TagEntity } from './tag.entity.js';

@Injectable()
export class TagRepository {
  /** All of a package that point somewhere, which are few (`maxTagsPerPackage`). */
  list(manager: EntityManager, packageId: PackageId): Promise<TagEntity[]> {
    return manager.getRepository(TagEntity).findBy({ packageId, version: Not(IsNull()) });
  }

  /** With those that were removed. */
  listAll(manager: EntityManager, packageId: PackageId): Promise<TagEntity[]> {
    return manager.getRepository(TagEntity).findBy({ packageId });
  }

  async save(manager: EntityManager, tags: readonly TagEntity[]): Promise<void> {
    await manager.getRepository(TagEntity).upsert([...tags], ['packageId', 'tag']);
  }
}
