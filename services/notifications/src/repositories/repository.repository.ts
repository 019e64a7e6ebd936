import { Injectable } from '@nestjs/common';
import type { RepositoryFacts } from '@waybill/contracts';
import type { RepositoryId } from '@waybill/domain';
import { DataSource, type EntityManager } from 'typeorm';
import { RepositoryEntity } from './repository.entity.js';

export type KnownRepository = Pick<RepositoryFacts, 'repositoryId' | 'organizationId' | 'slug' | 'visibility'> & {
  /** It answers as if it did not exist; it may come back. */
  readonly deleted: boolean;
};

@Injectable()
export class RepositoryRepository {
  readonly #dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  findById(repositoryId: RepositoryId): Promise<RepositoryEntity | null> {
    return this.#dataSource.getRepository(RepositoryEntity).findOneBy({ repositoryId });
  }

  /** The repository at this address, unless it was deleted. */
  findBySlug(slug: string): Promise<RepositoryEntity | null> {
    return this.#dataSource.getRepository(RepositoryEntity).findOneBy({ slug, deleted: false });
  }

  /** Takes over what is newer than what is known. False for older facts, which change nothing. */
  async save(manager: EntityManager, facts: KnownRepository, aggregateVersion: number): Promise<boolean> {
    const saved: unknown[] = await manager.query(
      `INSERT INTO repositories (repository_id, organization_id, slug, visibility, deleted, aggregate_version)
       VALUES ($1, $2, $3, $4, $5, $6)
       ON CONFLICT ON CONSTRAINT repositories_pkey DO UPDATE
         SET organization_id = excluded.organization_id, slug = excluded.slug, visibility = excluded.visibility,
             deleted = excluded.deleted, aggregate_version = excluded.aggregate_version
         WHERE repositories.aggregate_version < excluded.aggregate_version
       RETURNING repository_id`,
      [facts.repositoryId, facts.organizationId, facts.slug, facts.visibility, facts.deleted, aggregateVersion],
    );
    return saved.length > 0;
  }
}
