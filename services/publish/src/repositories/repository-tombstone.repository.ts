import { Injectable } from '@nestjs/common';
import type { OrganizationId } from '@waybill/domain';
import type { EntityManager } from 'typeorm';
import { RepositoryTombstoneEntity } from './repository-tombstone.entity.js';

@Injectable()
export class RepositoryTombstoneRepository {
  async save(manager: EntityManager, slug: string, organizationId: OrganizationId): Promise<void> {
    const tombstone = { slug, organizationId, purgedAt: new Date() };
    await manager.getRepository(RepositoryTombstoneEntity).upsert(tombstone, ['slug']);
  }

  /** Whether the slug was another organization's. Ask after the repository is inserted: a purge has ended by then. */
  async isOfOther(manager: EntityManager, slug: string, organizationId: OrganizationId): Promise<boolean> {
    const tombstone = await manager.getRepository(RepositoryTombstoneEntity).findOneBy({ slug });
    return tombstone !== null && tombstone.organizationId !== organizationId;
  }
}
