import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '@waybill/persistence';
import type { Proof } from '@waybill/edge';
import { assertStillMay } from '../decided-again/decided-again.rules.js';
import { assertProven, toldOf } from '../person-proof/loosening.rules.js';
import { PersonProof } from '../person-proof/person-proof.js';
import type { RepositoryWish } from '../repositories/repositories.service.js';
import { RepositoryChanges } from '../repositories/repository-changes.js';
import type { RepositoryEntity } from '../repositories/repository.entity.js';
import { repositoryResourceOf, RepositoryRepository } from '../repositories/repository.repository.js';
import { repositoryNotFound } from '../repositories/repository.rules.js';
import { looserStaging } from './looser-staging.rules.js';
import type { StagingPolicy } from './staging-policy.schema.js';
import { policyOf } from './staging-policy.schema.js';

export interface StagingPolicyWish extends RepositoryWish {
  readonly proof: Proof;
}

/** What repositories ask of releases that are staged, and whether they take others. */
@Injectable()
export class StagingPoliciesService {
  readonly #repositories: RepositoryRepository;
  readonly #changes: RepositoryChanges;
  readonly #proof: PersonProof;
  readonly #unitOfWork: UnitOfWork;

  constructor(
    repositories: RepositoryRepository,
    changes: RepositoryChanges,
    proof: PersonProof,
    unitOfWork: UnitOfWork,
  ) {
    this.#repositories = repositories;
    this.#changes = changes;
    this.#proof = proof;
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
   * repository's row. Errors: `not-found`, `forbidden`, those of `assertCurrent`; where it asks less than before, those of
   * `PersonProof` (W7), and `conflict` `policy.changed-meanwhile` where only somebody else's change made it less.
   */
  async replace(slug: string, policy: StagingPolicy, wish: StagingPolicyWish): Promise<RepositoryEntity> {
    const { caller, by, assertCurrent, proof } = wish;
    const seen = await this.view(slug);
    assertCurrent(seen.aggregateVersion);
    const isLooser = looserStaging(policyOf(seen), policy).length > 0;
    const provenBy = isLooser ? await this.#proof.prove(caller, proof) : undefined;
    return this.#unitOfWork.run(async (manager) => {
      const locked = await this.#repositories.lock(manager, { slug });
      if (locked?.deletedAt !== null) throw repositoryNotFound();
      assertStillMay(caller, 'admin', repositoryResourceOf(locked));
      assertCurrent(locked.aggregateVersion);
      const before = policyOf(locked);
      if (before.approvals === policy.approvals && before.stagedOnly === policy.stagedOnly) return locked;
      const looser = looserStaging(before, policy);
      assertProven(looser, provenBy);
      locked.approvalsNeeded = policy.approvals;
      locked.stagedOnly = policy.stagedOnly;
      const details = { before, after: policyOf(locked), ...toldOf(looser, provenBy) };
      await this.#changes.record(manager, locked, { by, action: 'staging-policy.change', details });
      return locked;
    });
  }
}
