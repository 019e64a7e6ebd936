import { Injectable } from '@nestjs/common';
import type { RepositoryFacts } from '@waybill/contracts';
import type { RepositoryId } from '@waybill/domain';
import { DataSource } from 'typeorm';
import { RepositoryEntity } from './repository.entity.js';

@Injectable()
export class RepositoryRepository {
  readonly #dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  findBySlug(slug: string): Promise<RepositoryEntity | null> {
    // Every request asks this: without what TypeORM needs to write the same.
    return this.#dataSource
      .query<RepositoryEntity[]>(
        `SELECT repository_id AS "repositoryId", slug, organization_id AS "organizationId", visibility,
                aggregate_version AS "aggregateVersion"
         FROM repositories WHERE slug = $1`,
        [slug],
      )
      .then(([found]) => found ?? null);
  }

  findById(repositoryId: RepositoryId): Promise<RepositoryEntity | null> {
    return this.#dataSource.getRepository(RepositoryEntity).findOneBy({ repositoryId });
  }

  async isEmpty(): Promise<boolean> {
    return !(await this.#dataSource.getRepository(RepositoryEntity).exists());
  }

  /** Takes over what is newer than what is known; older facts change nothing. */
  async save(facts: RepositoryFacts, aggregateVersion: number): Promise<void> {
    await this.#dataSource.query(
      `INSERT INTO repositories (repository_id, slug, organization_id, visibility, aggregate_version)
       VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT ON CONSTRAINT repositories_pkey DO UPDATE
         SET slug = excluded.slug, organization_id = excluded.organization_id,
             visibility = excluded.visibility, aggregate_version = excluded.aggregate_version
         WHERE repositories.aggregate_version < excluded.aggregate_version`,
      [facts.repositoryId, facts.slug, facts.organizationId, facts.visibility, aggregateVersion],
    );
  }
}
