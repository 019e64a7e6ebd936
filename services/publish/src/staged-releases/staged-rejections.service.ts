import { Injectable } from '@nestjs/common';
import { actorOfPrincipal } from '@waybill/audit';
import { ReleaseSettlement } from '../decisions/release-settlement.js';
import type { StagedWish } from './staged-access.rules.js';
import { knownTo } from './staged-access.rules.js';
import { StagedApprovalsRepository } from './staged-approvals.repository.js';
import { approvalsThatCount, assertStaged, rejection } from './staged-release.rules.js';
import type { StagedRelease } from './staged-releases.service.js';

/** People say no to what is staged. */
@Injectable()
export class StagedRejectionsService {
  readonly #approvals: StagedApprovalsRepository;
  readonly #settlement: ReleaseSettlement;

  constructor(approvals: StagedApprovalsRepository, settlement: ReleaseSettlement) {
    this.#approvals = approvals;
    this.#settlement = settlement;
  }

  /**
   * For who may approve it, and for who staged it. It was never seen, and its version is free for other bytes. Errors:
   * `not-found` `staged-release.not-found`, `conflict` `staged-release.settled`.
   */
  async reject(wish: StagedWish): Promise<StagedRelease> {
    const { releaseId, caller, reason, requestId } = wish;
    const settled = await this.#settlement.settle(releaseId, (current) => {
      const whole = knownTo(current, wish);
      assertStaged(whole.release);
      return {
        verdict: 'rejected',
        staging: 'rejected',
        reasons: [rejection(reason), ...whole.release.submissionFindings],
        by: { ...actorOfPrincipal(caller), requestId },
        action: 'staged-release.reject',
        details: { reason },
      };
    });
    const whole = knownTo(settled, wish);
    const given = (await this.#approvals.of([releaseId])).get(releaseId) ?? [];
    return { whole, approvals: approvalsThatCount(whole, given), needed: whole.repository.approvalsNeeded };
  }
}
