import { Injectable } from '@nestjs/common';
import type { AuditActor } from '@waybill/audit';
import { AuditTrail } from '@waybill/audit';
import type { Principal } from '@waybill/domain';
import { UnitOfWork } from '@waybill/persistence';
import type { Proof } from '@waybill/edge';
import { isDeepStrictEqual } from 'node:util';
import { assertStillMay } from '../decided-again/decided-again.rules.js';
import { assertProven, toldOf } from '../person-proof/loosening.rules.js';
import { PersonProof } from '../person-proof/person-proof.js';
import { repositoryResourceOf, RepositoryRepository } from '../repositories/repository.repository.js';
import { repositoryNotFound } from '../repositories/repository.rules.js';
import { looserIn } from './looser.rules.js';
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
  readonly proof: Proof;
}

/** What repositories ask of the way that releases come. */
@Injectable()
export class ReleasePoliciesService {
  readonly #policies: ReleasePolicyRepository;
  readonly #repositories: RepositoryRepository;
  readonly #proof: PersonProof;
  readonly #audit: AuditTrail;
  readonly #unitOfWork: UnitOfWork;

  constructor(
    policies: ReleasePolicyRepository,
    repositories: RepositoryRepository,
    proof: PersonProof,
    audit: AuditTrail,
    unitOfWork: UnitOfWork,
  ) {
    this.#policies = policies;
    this.#repositories = repositories;
    this.#proof = proof;
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
   * those of `policyOf` and `assertCurrent`, `not-found`, `forbidden`; where it asks less of any name than before, those of
   * `PersonProof` (W7), and `conflict` `policy.changed-meanwhile` where only somebody else's change made it less.
   */
  async set(slug: string, wish: PolicyWish, change: PolicyChange): Promise<VersionedPolicy> {
    const { caller, by, assertCurrent, proof } = change;
    const wanted = policyOf(wish);
    const seen = await this.view(slug);
    assertCurrent(seen.version);
    const isLooser = looserIn(seen.policy, wanted).length > 0;
    const provenBy = isLooser ? await this.#proof.prove(caller, proof) : undefined;
    return this.#unitOfWork.run(async (manager) => {
      const repository = await this.#repositories.lock(manager, { slug });
      if (repository?.deletedAt !== null) throw repositoryNotFound();
      assertStillMay(caller, 'admin', repositoryResourceOf(repository));
      const { repositoryId, organizationId } = repository;
      const before = await this.#policies.find(repositoryId, manager);
      assertCurrent(before.version);
      if (isDeepStrictEqual(before.policy, wanted)) return before;
      const looser = looserIn(before.policy, wanted);
      assertProven(looser, provenBy);
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
        details: { slug, before: before.policy, after: wanted, ...toldOf(looser, provenBy) },
      });
      return { policy: wanted, version: entity.version };
    });
  }
}
