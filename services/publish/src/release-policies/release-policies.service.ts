import { Injectable } from '@nestjs/common';
import type { AuditActor } from '@waybill/audit';
import { AuditTrail } from '@waybill/audit';
import type { Principal } from '@waybill/domain';
import { UnitOfWork } from '@waybill/persistence';
import { isDeepStrictEqual } from 'node:util';
import { assertStillMay } from '../decided-again/decided-again.rules.js';
import { repositoryResourceOf, RepositoryRepository } from '../repositories/repository.repository.js';
import { repositoryNotFound } from '../repositories/repository.rules.js';
import type { PolicyWish } from './policy-wish.rules.js';
import { policyOf } from './policy-wish.rules.js';
import { ReleasePolicyEntity } from './release-policy.entity.js';
import type { VersionedPolicy } from './release-policy.repository.js';
import { ReleasePolicyRepository } from './release-policy.repository.js';

export interface PolicyChange {
  readonly caller: Principal;
  readonly by: AuditActor;
  /** Refuses by throwing when the version is not the one that the caller has read. */
  readonly assertCurrent: (version: number) => void;
}

/** What repositories ask of the way that releases come. */
@Injectable()
export class ReleasePoliciesService {
  readonly #policies: ReleasePolicyRepository;
  readonly #repositories: RepositoryRepository;
  readonly #audit: AuditTrail;
  readonly #unitOfWork: UnitOfWork;

  constructor(
    policies: ReleasePolicyRepository,
    repositories: RepositoryRepository,
    audit: AuditTrail,
    unitOfWork: UnitOfWork,
  ) {
    this.#policies = policies;
    this.#repositories = repositories;
    this.#audit = audit;
    this.#unitOfWork = unitOfWork;
  }

  /** Errors: `not-found` `repository.not-found`. */
  async view(slug: string): Promise<VersionedPolicy> {
    const repository = await this.#repositories.findBySlug(slug);
    if (repository === null) throw repositoryNotFound();
    return this.#policies.find(repository.repositoryId);
  }

  /**
   * Holds for whatever is submitted from then on: a submission that was compared by the policy before is compared again. Errors:
   * those of `policyOf` and `assertCurrent`, `not-found`, `forbidden`.
   */
  set(slug: string, wish: PolicyWish, { caller, by, assertCurrent }: PolicyChange): Promise<VersionedPolicy> {
    const wanted = policyOf(wish);
    return this.#unitOfWork.run(async (manager) => {
      const repository = await this.#repositories.lock(manager, { slug });
      if (repository?.deletedAt !== null) throw repositoryNotFound();
      assertStillMay(caller, 'admin', repositoryResourceOf(repository));
      const { repositoryId, organizationId } = repository;
      const before = await this.#policies.find(repositoryId, manager);
      assertCurrent(before.version);
      if (isDeepStrictEqual(before.policy, wanted)) return before;
      const entity = new ReleasePolicyEntity();
      entity.repositoryId = repositoryId;
      entity.rules = wanted;
      entity.version = before.version + 1;
      entity.changedBy = by.actor;
      entity.changedAt = new Date();
      await this.#policies.save(manager, entity);
      // Who has read the repository without its lock has compared by the policy that was: its row is another one now.
      await this.#repositories.save(manager, repository);
      await this.#audit.record(manager, by, {
        action: 'release-policy.change',
        subject: `repository:${repositoryId}`,
        organizationId,
        details: { slug, before: before.policy, after: wanted },
      });
      return { policy: wanted, version: entity.version };
    });
  }
}
