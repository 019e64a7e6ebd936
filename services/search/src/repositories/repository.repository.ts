import { Injectable } from '@nestjs/common';
import type { RepositoryFacts } from '@waybill/contracts';
import type { RepositoryId } from '@waybill/domain';
import { DataSource } from 'typeorm';
import { RepositoryEntity } from './repository.entity.js';

const ofRepositories = ['downloads', 'releases', 'packages'] as const;

@Injectable()
export class RepositoryRepository {
  readonly #dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  /** Null for one that is deleted. */
  findById(repositoryId: RepositoryId): Promise<RepositoryEntity | null> {
    return this.#dataSource.getRepository(RepositoryEntity).findOneBy({ repositoryId, deleted: false });
  }

  /** Takes over what is newer than what is known; older facts change nothing. */
  async save(facts: RepositoryFacts & { readonly deleted?: boolean }, aggregateVersion: number): Promise<void> {
    await this.#dataSource.query(
      `INSERT INTO repositories (repository_id, organization_id, visibility, deleted, aggregate_version)
       VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT ON CONSTRAINT repositories_pkey DO UPDATE
         SET organization_id = excluded.organization_id, visibility = excluded.visibility,
             deleted = excluded.deleted, aggregate_version = excluded.aggregate_version
         WHERE repositories.aggregate_version < excluded.aggregate_version`,
      [facts.repositoryId, facts.organizationId, facts.visibility, facts.deleted ?? false, aggregateVersion],
    );
  }

  /** Nothing is kept of it but that it is gone: a late event of it does not bring it back. */
  async purge(repositoryId: RepositoryId, aggregateVersion: number): Promise<void> {
    for (const table of ofRepositories) {
      await this.#dataSource.query(`DELETE FROM ${table} WHERE repository_id = $1`, [repositoryId]);
    }
    await this.#dataSource.query(
      'UPDATE repositories SET deleted = true, aggregate_version = $2 WHERE repository_id = $1',
      [repositoryId, aggregateVersion],
    );
  }
}
