import { Inject, Injectable } from '@nestjs/common';
import { actorOfPrincipal } from '@waybill/audit';
import type { ReleaseFacts } from '@waybill/contracts';
import type { Finding, Principal, ReleaseId } from '@waybill/domain';
import { can, DomainError } from '@waybill/domain';
import { SERVICE_CONFIG } from '@waybill/service-host';
import type { PublishConfig } from '../config.js';
import { ReleaseSettlement } from '../decisions/release-settlement.js';
import { assertOpen } from '../packages/open-package.rules.js';
import { packageResourceOf } from '../packages/package-resource.js';
import type { ReleaseEntity } from '../releases/release.entity.js';
import { releaseFacts } from '../releases/release-facts.js';
import { ReleaseRepository } from '../releases/release.repository.js';
import { requireUnarchived } from '../repositories/repository.rules.js';
import type { Wanted } from './held-releases.repository.js';
import { HeldReleasesRepository } from './held-releases.repository.js';
import { assertTokenMayReview, reviewedBy } from './reviewed-by.js';
import type { SelfApproval } from './self-approval.rules.js';
import { assertMayApprove } from './self-approval.rules.js';

export interface Review {
  readonly releaseId: ReleaseId;
  readonly verdict: 'published' | 'rejected';
  readonly reason: string;
  readonly reviewer: Principal;
  readonly requestId: string;
}

/** Releases that wait for a person. */
@Injectable()
export class HeldReleasesService {
  readonly #held: HeldReleasesRepository;
  readonly #releases: ReleaseRepository;
  readonly #settlement: ReleaseSettlement;
  readonly #selfApproval: SelfApproval;

  constructor(
    held: HeldReleasesRepository,
    releases: ReleaseRepository,
    settlement: ReleaseSettlement,
    @Inject(SERVICE_CONFIG) config: PublishConfig,
  ) {
    this.#held = held;
    this.#releases = releases;
    this.#settlement = settlement;
    this.#selfApproval = config.WAYBILL_SELF_APPROVAL;
  }

  /** Those that the caller may review, oldest first; `next` continues after this page. Errors: `forbidden`. */
  async list(caller: Principal, wanted: Wanted): Promise<{ items: ReleaseFacts[]; next: ReleaseId | undefined }> {
    assertTokenMayReview(caller);
    const ids = await this.#held.list(reviewedBy(caller), wanted);
    const found = await this.#releases.findMany(ids);
    // The query narrows; the one decision function decides (a token may be narrower than its owner, A4).
    const items = found.filter(
      (whole) => can(caller, 'review-findings', packageResourceOf(whole.repository, whole.package)).allowed,
    );
    return { items: items.map(releaseFacts), next: ids.length === wanted.limit ? ids.at(-1) : undefined };
  }

  /** Errors: `not-found` `release.not-found`. */
  async view(releaseId: ReleaseId): Promise<ReleaseFacts> {
    const whole = await this.#releases.findWhole(releaseId);
    if (whole === null) throw notFound();
    return releaseFacts(whole);
  }

  /**
   * Of a batch, each release that is held for its own sake is approved by itself, by somebody who may (A1), and all are
   * published with the last one; a rejection is of all. Errors: `not-found`, `conflict` `release.not-held` when nobody has
   * to decide on it (any more), `conflict` `release.held-for-others`, `forbidden` `release.own` (P8), `conflict` `package.archived` |
   * `package.deleted`.
   */
  async decide({ releaseId, verdict, reason, reviewer, requestId }: Review): Promise<ReleaseFacts> {
    const approved = verdict === 'published';
    const by = { ...actorOfPrincipal(reviewer), requestId };
    const action = approved ? 'release.approve' : 'release.reject';
    const known = approved ? await this.#releases.findWhole(releaseId) : null;
    if (known !== null) requireUnarchived(known.repository);
    const whole = await this.#settlement.settle(releaseId, (release, owner) => {
      if (release.state !== 'held') throw notHeld(release.state);
      if (approved) {
        assertMayApprove(reviewer, release, this.#selfApproval);
        assertOpen(owner);
        if (isHeldForOthers(release)) throw heldForOthers();
      }
      const reasons = approved ? [] : [rejection(reason), ...release.reasons];
      const codes = [...new Set(release.reasons.map((finding) => finding.code))].slice(0, 100);
      return { verdict, reasons, by, action, details: { reason, codes } };
    });
    if (whole === null) throw notFound();
    return releaseFacts(whole);
  }
}

function rejection(reason: string): Finding {
  return { rule: 'P8', code: 'review.rejected', level: 'refuse', message: `A reviewer rejected it: ${reason}` };
}

function isHeldForOthers({ batchId, ownDecision }: ReleaseEntity): boolean {
  return batchId !== null && ownDecision?.verdict !== 'held';
}

function heldForOthers(): DomainError {
  return new DomainError(
    'conflict',
    'release.held-for-others',
    'Nothing of this release is left to approve: it waits for others of its batch, which its reasons name.',
  );
}

function notHeld(state: string): DomainError {
  return new DomainError('conflict', 'release.not-held', `A release that is ${state} waits for nobody's decision.`, {
    details: { state },
  });
}

function notFound(): DomainError {
  return new DomainError('not-found', 'release.not-found', 'The release was not found.');
}
