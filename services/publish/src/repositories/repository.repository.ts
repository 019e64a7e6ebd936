import { Injectable } from '@nestjs/common';
import type { RepositoryFacts } from '@waybill/contracts';
import type { OrganizationId, ReleaseId, RepositoryId, Resource, Slug } from '@waybill/domain';
import type { EntityManager } from 'typeorm';
import { DataSource, In, IsNull } from 'typeorm';
import { RepositoryEntity } from './repository.entity.js';

@Injectable()
export class RepositoryRepository {
  readonly #dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  /** Null for one that is deleted. */
  findById(repositoryId: RepositoryId): Promise<RepositoryEntity | null> {
    return this.#table().findOneBy({ repositoryId, deletedAt: IsNull() });
  }

  /** Null for one that is deleted. */
  findBySlug(slug: string, manager?: EntityManager): Promise<RepositoryEntity | null> {
    return this.#table(manager).findOneBy({ slug: slug as Slug, deletedAt: IsNull() });
  }

  findWithDeleted(slug: string): Promise<RepositoryEntity | null> {
    return this.#table().findOneBy({ slug: slug as Slug });
  }

  /** Deleted or not. */
  lock(
    manager: EntityManager,
    which: { readonly slug: string } | { readonly repositoryId: RepositoryId },
  ): Promise<RepositoryEntity | null> {
    const where = 'slug' in which ? { slug: which.slug as Slug } : which;
    return this.#table(manager).findOne({ where, lock: { mode: 'pessimistic_write' } });
  }

  /**
   * Keeps repositories as they are until the transaction ends, deleted or not; others may keep them, too. In the order of their
   * ids, as everybody does who locks more than one, and before packages in them.
   */
  keep(manager: EntityManager, repositoryIds: readonly RepositoryId[]): Promise<RepositoryEntity[]> {
    return this.#table(manager).find({
      where: { repositoryId: In([...repositoryIds]) },
      order: { repositoryId: 'ASC' },
      lock: { mode: 'pessimistic_read' },
    });
  }

  /** `keep` for the repositories of a release and of the others of its batch. */
  async keepOfRelease(manager: EntityManager, releaseId: ReleaseId): Promise<ReadonlySet<RepositoryId>> {
    const rows = await manager.query<{ repository_id: RepositoryId }[]>(
      `SELECT repository_id FROM repositories WHERE repository_id IN (
         SELECT packages.repository_id FROM packages JOIN releases USING (package_id) WHERE releases.release_id = $1
         UNION SELECT packages.repository_id FROM packages JOIN releases one USING (package_id)
                 JOIN releases mine USING (batch_id) WHERE mine.release_id = $1)
       ORDER BY repository_id FOR SHARE`,
      [releaseId],
    );
    return new Set(rows.map((row) => row.repository_id));
  }

  async save(manager: EntityManager, repository: RepositoryEntity): Promise<void> {
    const { repositoryId, ...values } = repository;
    await this.#table(manager).update({ repositoryId }, values);
  }

  async insert(manager: EntityManager, repository: RepositoryEntity): Promise<void> {
    await this.#table(manager).insert(repository);
  }

  /** What an organization owns, with what it deleted and can still restore. */
  async usageOf(organizationId: OrganizationId): Promise<{ repositories: number; packages: number }> {
    const [row] = await this.#dataSource.query<{ repositories: number; packages: number }[]>(
      `SELECT count(DISTINCT repository_id)::integer AS repositories, count(package_id)::integer AS packages
         FROM repositories LEFT JOIN packages USING (repository_id) WHERE organization_id = $1`,
      [organizationId],
    );
    return row ?? { repositories: 0, packages: 0 };
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
