import { Inject, Injectable } from '@nestjs/common';
import { actorOfPrincipal } from '@waybill/audit';
import type { ReleaseFacts } from '@waybill/contracts';
import type { Finding, Principal, ReleaseId } from '@waybill/domain';
import { can, DomainError } from '@waybill/domain';
import { cutPage, decodeCursor, type Page, storedTime } from '@waybill/management-api';
import { SERVICE_CONFIG } from '@waybill/service-host';
import type { Proof } from '@waybill/edge';
import { z } from 'zod';
import type { PublishConfig } from '../config.js';
import { assertStillMay } from '../decided-again/decided-again.rules.js';
import { ReleaseSettlement } from '../decisions/release-settlement.js';
import type { Settlement } from '../decisions/settlement.js';
import { assertOpen } from '../packages/open-package.rules.js';
import { PersonProof } from '../person-proof/person-proof.js';
import { isRejectionProven } from '../person-proof/trusted-rejection.rules.js';
import { packageResourceOf } from '../packages/package-resource.js';
import type { ReleaseEntity } from '../releases/release.entity.js';
import { releaseFacts } from '../releases/release-facts.js';
import type { WholeRelease } from '../releases/release.repository.js';
import { ReleaseRepository } from '../releases/release.repository.js';
import { requireUnarchived } from '../repositories/repository.rules.js';
import { HeldReleasesRepository } from './held-releases.repository.js';
import type { HeldReleasesQuery } from './held-releases.schema.js';
import { resourceOfReview } from './release-of-path.resource.js';
import { assertTokenMayReview } from './token-review.rules.js';
import type { SelfApproval } from './self-approval.rules.js';
import { assertMayApprove } from './self-approval.rules.js';

/** The place that a page ends at. */
const placeOfHeld = z.tuple([storedTime, z.uuid()]);

/** Who approves proves that they are there (P8), and who rejects what came from a trusted publisher (P1). */
export interface ReviewDecision {
  readonly verdict: 'published' | 'rejected';
  readonly reason: string;
  readonly proof: Proof;
}

export type Review = ReviewDecision & {
  readonly releaseId: ReleaseId;
  readonly reviewer: Principal;
  readonly requestId: string;
};

/** Releases that wait for a person. */
@Injectable()
export class HeldReleasesService {
  readonly #held: HeldReleasesRepository;
  readonly #releases: ReleaseRepository;
  readonly #settlement: ReleaseSettlement;
  readonly #proof: PersonProof;
  readonly #selfApproval: SelfApproval;

  constructor(
    held: HeldReleasesRepository,
    releases: ReleaseRepository,
    settlement: ReleaseSettlement,
    proof: PersonProof,
    @Inject(SERVICE_CONFIG) config: PublishConfig,
  ) {
    this.#held = held;
    this.#releases = releases;
    this.#settlement = settlement;
    this.#proof = proof;
    this.#selfApproval = config.WAYBILL_SELF_APPROVAL;
  }

  /** Those that the caller may review, oldest first. Errors: `forbidden`, `invalid` `page.cursor-malformed`. */
  async list(caller: Principal, { state, cursor, limit }: HeldReleasesQuery): Promise<Page<ReleaseFacts>> {
    assertTokenMayReview(caller);
    const after = decodeCursor(cursor, placeOfHeld);
    const found = await this.#held.list(caller, { state, after, limit: limit + 1 });
    const page = cutPage(found, limit, {
      placeOf: ({ releaseId, place }) => [place, releaseId],
      viewOf: ({ releaseId }) => releaseId,
    });
    const whole = new Map((await this.#releases.findMany(page.items)).map((one) => [one.release.releaseId, one]));
    // The query has the condition of the one decision function, which has the last word (security.md A4).
    const items = page.items.flatMap((releaseId) => whole.get(releaseId) ?? []).filter((one) => mayReview(caller, one));
    return { items: items.map(releaseFacts), next: page.next };
  }

  /** Errors: `not-found` `release.not-found`. */
  async view(releaseId: ReleaseId): Promise<ReleaseFacts> {
    return releaseFacts(await this.#find(releaseId));
  }

  /**
   * Of a batch, each release that is held for its own sake is approved by itself, by somebody who may (A1), and all are
   * published with the last one; a rejection is of all. Errors: `not-found`, `conflict` `release.not-held` when nobody has
   * to decide on it (any more), `conflict` `release.held-for-others`, `forbidden` `release.own` (P8), `conflict` `package.archived` |
   * `package.deleted`, for an approval, and for a rejection of what came from a trusted publisher, those of `PersonProof`.
   */
  async decide(review: Review): Promise<ReleaseFacts> {
    const { releaseId, verdict, reason, reviewer, requestId } = review;
    const found = await this.#find(releaseId);
    this.#assertMayDecide(review, found);
    const isApproval = verdict === 'published';
    const isProven = isApproval || isRejectionProven(found.release);
    const provenBy = isProven ? await this.#proof.prove(reviewer, review.proof) : undefined;
    const by = { ...actorOfPrincipal(reviewer), requestId };
    const whole = await this.#settlement.settle(releaseId, (current) => {
      this.#assertMayDecide(review, current);
      const { release } = current;
      const codes = [...new Set(release.reasons.map((finding) => finding.code))].slice(0, 100);
      const details = { reason, codes, ...(provenBy === undefined ? {} : { provenBy }) };
      if (isApproval) return { verdict, reasons: [], by, action: 'release.approve', details, ...approvalOf(reviewer) };
      return { verdict, reasons: [rejection(reason), ...release.reasons], by, action: 'release.reject', details };
    });
    if (whole === null) throw notFound();
    return releaseFacts(whole);
  }

  /** Asked before a code is used up, and again of what is decided on. */
  #assertMayDecide({ reviewer, verdict }: Review, whole: WholeRelease): void {
    assertStillMay(reviewer, 'approve', resourceOfReview(reviewer, whole));
    const { release, package: owner, repository } = whole;
    const isApproval = verdict === 'published';
    if (isApproval) requireUnarchived(repository);
    if (release.state !== 'held') throw notHeld(release.state);
    if (!isApproval) return;
    assertMayApprove(reviewer, release, this.#selfApproval);
    assertOpen(owner);
    if (isHeldForOthers(release)) throw heldForOthers();
  }

  async #find(releaseId: ReleaseId): Promise<WholeRelease> {
    const whole = await this.#releases.findWhole(releaseId);
    if (whole === null) throw notFound();
    return whole;
  }
}

function mayReview(caller: Principal, whole: WholeRelease): boolean {
  return can(caller, 'review-findings', packageResourceOf(whole.repository, whole.package)).allowed;
}

function approvalOf(reviewer: Principal): Pick<Settlement, 'approvedBy'> {
  if (reviewer.kind === 'anonymous') return {};
  return { approvedBy: { userId: reviewer.userId, username: reviewer.username } };
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
