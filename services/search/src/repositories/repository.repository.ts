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

  findById(repositoryId: RepositoryId): Promise<RepositoryEntity | null> {
    return this.#dataSource.getRepository(RepositoryEntity).findOneBy({ repositoryId });
  }

  /** Takes over what is newer than what is known; older facts change nothing. */
  async save(facts: RepositoryFacts, aggregateVersion: number): Promise<void> {
    await this.#dataSource.query(
      `INSERT INTO repositories (repository_id, organization_id, visibility, aggregate_version)
       VALUES ($1, $2, $3, $4)
       ON CONFLICT ON CONSTRAINT repositories_pkey DO UPDATE
         SET organization_id = excluded.organization_id, visibility = excluded.visibility,
             aggregate_version = excluded.aggregate_version
         WHERE repositories.aggregate_version < excluded.aggregate_version`,
      [facts.repositoryId, facts.organizationId, facts.visibility, aggregateVersion],
    );
  }
}
