import { Injectable } from '@nestjs/common';
import type { RepositoryFacts } from '@waybill/contracts';
import type { OrganizationId, RepositoryId, Resource } from '@waybill/domain';
import type { EntityManager, FindOptionsWhere } from 'typeorm';
import { DataSource, In, MoreThan } from 'typeorm';
import { RepositoryEntity } from './repository.entity.js';

/** Which repositories somebody may see in a list. */
export type Listed =
  | 'all'
  | {
      readonly organizations: readonly OrganizationId[];
      readonly repositories: readonly RepositoryId[];
      readonly signedIn: boolean;
    };

@Injectable()
export class RepositoryRepository {
  readonly #dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  findById(repositoryId: RepositoryId): Promise<RepositoryEntity | null> {
    return this.#table().findOneBy({ repositoryId });
  }

  findBySlug(slug: string, manager?: EntityManager): Promise<RepositoryEntity | null> {
    return this.#table(manager).findOne({ where: { slug: slug as RepositoryEntity['slug'] } });
  }

  lockBySlug(manager: EntityManager, slug: string): Promise<RepositoryEntity | null> {
    const where = { slug: slug as RepositoryEntity['slug'] };
    return this.#table(manager).findOne({ where, lock: { mode: 'pessimistic_write' } });
  }

  async save(manager: EntityManager, repository: RepositoryEntity): Promise<void> {
    await this.#table(manager).save(repository);
  }

  async insert(manager: EntityManager, repository: RepositoryEntity): Promise<void> {
    await this.#table(manager).insert(repository);
  }

  /** By slug, from after `after`. An unlisted repository is in no list but its members'. */
  list(listed: Listed, after: string, limit: number): Promise<RepositoryEntity[]> {
    const slug = MoreThan(after as RepositoryEntity['slug']);
    const where: FindOptionsWhere<RepositoryEntity>[] =
      listed === 'all'
        ? [{ slug }]
        : [
            { slug, visibility: 'public' },
            ...(listed.signedIn ? [{ slug, visibility: 'internal' as const }] : []),
            { slug, organizationId: In([...listed.organizations]) },
            { slug, repositoryId: In([...listed.repositories]) },
          ];
    return this.#table().find({ where, order: { slug: 'ASC' }, take: limit });
  }

  #table(manager: EntityManager = this.#dataSource.manager) {
    return manager.getRepository(RepositoryEntity);
  }
}

export function factsOf(repository: RepositoryEntity): RepositoryFacts {
  const { repositoryId, slug, organizationId, visibility, kind } = repository;
  return { repositoryId, slug, organizationId, visibility, kind };
}

/** What one must be allowed something on, for the repository itself. */
export function repositoryResourceOf(repository: RepositoryFacts | RepositoryEntity): Resource {
  const { repositoryId, organizationId, visibility } = repository;
  return { kind: 'repository', repositoryId, organizationId, visibility };
}
