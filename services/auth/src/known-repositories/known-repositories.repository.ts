import { Injectable } from '@nestjs/common';
import type { RepositoryId } from '@waybill/domain';
import { DataSource, type EntityManager } from 'typeorm';
import { KnownRepositoryEntity } from './known-repository.entity.js';

export type RepositoryFact = Pick<KnownRepositoryEntity, 'repositoryId' | 'organizationId' | 'slug'>;

@Injectable()
export class KnownRepositoriesRepository {
  constructor(private readonly dataSource: DataSource) {}

  async find(
    repositoryId: RepositoryId,
    manager: EntityManager = this.dataSource.manager,
  ): Promise<KnownRepositoryEntity | undefined> {
    return (await this.#table(manager).findOneBy({ repositoryId })) ?? undefined;
  }

  /** What is known of a repository, from `fact` where nothing is; nobody else changes it until the transaction ends. */
  async lock(manager: EntityManager, fact: RepositoryFact): Promise<KnownRepositoryEntity> {
    const { repositoryId, organizationId, slug } = fact;
    const fresh = { repositoryId, organizationId, slug };
    await manager.createQueryBuilder().insert().into(KnownRepositoryEntity).values(fresh).orIgnore().execute();
    return this.#table(manager).findOneOrFail({ where: { repositoryId }, lock: { mode: 'pessimistic_write' } });
  }

  async save(manager: EntityManager, repository: Omit<KnownRepositoryEntity, 'deployVersion'>): Promise<void> {
    const { repositoryId, ...facts } = repository;
    await this.#table(manager).update({ repositoryId }, facts);
  }

  async deployTokensEnded(manager: EntityManager, repositoryId: RepositoryId, deployVersion: number): Promise<void> {
    await this.#table(manager).update({ repositoryId }, { deployVersion });
  }

  #table(manager: EntityManager) {
    return manager.getRepository(KnownRepositoryEntity);
  }
}
