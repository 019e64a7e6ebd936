import { Injectable } from '@nestjs/common';
import type { PackageId } from '@waybill/domain';
import type { StatementPart } from '@waybill/persistence';
import { insertPart } from '@waybill/persistence';
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

  /**
   * Forgets the removed tags that no release can bring back against anybody's wish, since each that still waits was
   * submitted after the removal. So they do not grow without bound.
   */
  async forgetRemoved(manager: EntityManager, packageId: PackageId): Promise<void> {
    await manager.query(
      `DELETE FROM tags WHERE package_id = $1 AND version IS NULL AND wished_at < coalesce(
         (SELECT min(submitted_at) FROM releases WHERE package_id = $1 AND state IN ('staged', 'held', 'quarantined')), now())`,
      [packageId],
    );
  }

  /** `save` as a part of a larger statement, if its part `source` has a row. */
  part(manager: EntityManager, tags: readonly TagEntity[], source: string): StatementPart {
    const conflict = `ON CONFLICT ON CONSTRAINT tags_pkey DO UPDATE
      SET version = excluded.version, aggregate_version = excluded.aggregate_version, wished_at = excluded.wished_at`;
    return insertPart(manager, TagEntity, tags, { source, conflict });
  }

  async save(manager: EntityManager, tags: readonly TagEntity[]): Promise<void> {
    await manager.getRepository(TagEntity).upsert([...tags], ['packageId', 'tag']);
  }
}
