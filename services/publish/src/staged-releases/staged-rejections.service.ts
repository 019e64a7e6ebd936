import { Injectable } from '@nestjs/common';
import { actorOfPrincipal } from '@waybill/audit';
import type { Proof } from '@waybill/edge';
import { ReleaseSettlement } from '../decisions/release-settlement.js';
import { PersonProof } from '../person-proof/person-proof.js';
import { isRejectionProven } from '../person-proof/trusted-rejection.rules.js';
import { isOwn } from '../releases/own-release.rules.js';
import { ReleaseRepository } from '../releases/release.repository.js';
import type { StagedWish } from './staged-access.rules.js';
import { knownTo } from './staged-access.rules.js';
import { StagedApprovalsRepository } from './staged-approvals.repository.js';
import { approvalsThatCount, assertStaged, rejection } from './staged-release.rules.js';
import type { StagedRelease } from './staged-releases.service.js';

export interface StagedRejection extends StagedWish {
  readonly proof: Proof;
}

/** People say no to what is staged. */
@Injectable()
export class StagedRejectionsService {
  readonly #approvals: StagedApprovalsRepository;
  readonly #releases: ReleaseRepository;
  readonly #settlement: ReleaseSettlement;
  readonly #proof: PersonProof;

  constructor(
    approvals: StagedApprovalsRepository,
    releases: ReleaseRepository,
    settlement: ReleaseSettlement,
    proof: PersonProof,
  ) {
    this.#approvals = approvals;
    this.#releases = releases;
    this.#settlement = settlement;
    this.#proof = proof;
  }

  /**
   * For who may approve it, and for who staged it. It was never seen, and its version is free for other bytes. Errors:
   * `not-found` `staged-release.not-found`, `conflict` `staged-release.settled`, for others than who staged it, where a trusted
   * publisher did, those of `PersonProof`.
   */
  async reject(wish: StagedRejection): Promise<StagedRelease> {
    const { releaseId, caller, reason, requestId, proof } = wish;
    const { release } = knownTo(await this.#releases.findWhole(releaseId), wish);
    assertStaged(release);
    const isProven = isRejectionProven(release) && !isOwn(caller, release);
    const provenBy = isProven ? await this.#proof.prove(caller, proof) : undefined;
    const settled = await this.#settlement.settle(releaseId, (current) => {
      const whole = knownTo(current, wish);
      assertStaged(whole.release);
      return {
        verdict: 'rejected',
        staging: 'rejected',
        reasons: [rejection(reason), ...whole.release.submissionFindings],
        by: { ...actorOfPrincipal(caller), requestId },
        action: 'staged-release.reject',
        details: { reason, ...(provenBy === undefined ? {} : { provenBy }) },
      };
    });
    const whole = knownTo(settled, wish);
    const given = (await this.#approvals.of([releaseId])).get(releaseId) ?? [];
    return { whole, approvals: approvalsThatCount(whole, given), needed: whole.repository.approvalsNeeded };
  }
}
