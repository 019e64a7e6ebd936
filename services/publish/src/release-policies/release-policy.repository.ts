import { Injectable } from '@nestjs/common';
import type { RepositoryId } from '@waybill/domain';
import type { EntityManager } from 'typeorm';
import { DataSource } from 'typeorm';
import { ReleasePolicyEntity } from './release-policy.entity.js';

@Injectable()
export class ReleasePolicyRepository {
  readonly #dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  /** Null where the repository asks what every repository asks. */
  find(
    repositoryId: RepositoryId,
    manager: EntityManager = this.#dataSource.manager,
  ): Promise<ReleasePolicyEntity | null> {
    return manager.getRepository(ReleasePolicyEntity).findOneBy({ repositoryId });
  }

  async save(manager: EntityManager, policy: ReleasePolicyEntity): Promise<void> {
    await manager.getRepository(ReleasePolicyEntity).upsert(policy, ['repositoryId']);
  }
}
