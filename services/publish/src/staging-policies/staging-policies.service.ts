import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@waybill/persistence';
import { assertStillMay } from '../decided-again/decided-again.rules.js';
import type { RepositoryWish } from '../repositories/repositories.service.js';
import { RepositoryChanges } from '../repositories/repository-changes.js';
import type { RepositoryEntity } from '../repositories/repository.entity.js';
import { repositoryResourceOf, RepositoryRepository } from '../repositories/repository.repository.js';
import { repositoryNotFound } from '../repositories/repository.rules.js';
import type { StagingPolicy } from './staging-policy.schema.js';
import { policyOf } from './staging-policy.schema.js';

/** What repositories ask of releases that are staged, and whether they take others. */
@Injectable()
export class StagingPoliciesService {
  readonly #repositories: RepositoryRepository;
  readonly #changes: RepositoryChanges;
  readonly #unitOfWork: UnitOfWork;

  constructor(repositories: RepositoryRepository, changes: RepositoryChanges, unitOfWork: UnitOfWork) {
    this.#repositories = repositories;
    this.#changes = changes;
    this.#unitOfWork = unitOfWork;
  }

  /** Errors: `not-found` `repository.not-found`. */
  async view(slug: string): Promise<RepositoryEntity> {
    const repository = await this.#repositories.findBySlug(slug);
    if (repository === null) throw repositoryNotFound();
    return repository;
  }

  /**
   * What waits already is decided on by the new one. A submission that is on its way is recorded by it, too: it changes the
   * repository's row. Errors: `not-found`, `forbidden`, those of `assertCurrent`.
   */
  replace(
    slug: string,
    policy: StagingPolicy,
    { caller, by, assertCurrent }: RepositoryWish,
  ): Promise<RepositoryEntity> {
    return this.#unitOfWork.run(async (manager) => {
      const locked = await this.#repositories.lock(manager, { slug });
      if (locked?.deletedAt !== null) throw repositoryNotFound();
      assertStillMay(caller, 'admin', repositoryResourceOf(locked));
      assertCurrent(locked.aggregateVersion);
      const before = policyOf(locked);
      if (before.approvals === policy.approvals && before.stagedOnly === policy.stagedOnly) return locked;
      locked.approvalsNeeded = policy.approvals;
      locked.stagedOnly = policy.stagedOnly;
      const details = { before, after: policyOf(locked) };
      await this.#changes.record(manager, locked, { by, action: 'staging-policy.change', details });
      return locked;
    });
  }
}
