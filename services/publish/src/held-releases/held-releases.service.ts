import { Injectable } from '@nestjs/common';
import type { ReleaseFacts } from '@waybill/contracts';
import type { Finding, Principal, ReleaseId } from '@waybill/domain';
import { actionsOf, actorOf, assertMayBecome, can, DomainError } from '@waybill/domain';
import { UnitOfWork } from '@waybill/persistence';
import { AuditRepository } from '../audit/audit.repository.js';
import { PackageRepository } from '../packages/package.repository.js';
import { ReleaseEvents } from '../releases/release-events.js';
import { releaseFacts } from '../releases/release-facts.js';
import { ReleaseRepository } from '../releases/release.repository.js';
import { packageResourceOf } from '../repositories/repository.repository.js';
import type { Reviewed } from './held-releases.repository.js';
import { HeldReleasesRepository } from './held-releases.repository.js';

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
  readonly #packages: PackageRepository;
  readonly #events: ReleaseEvents;
  readonly #audit: AuditRepository;
  readonly #unitOfWork: UnitOfWork;

  constructor(
    held: HeldReleasesRepository,
    releases: ReleaseRepository,
    packages: PackageRepository,
    events: ReleaseEvents,
    audit: AuditRepository,
    unitOfWork: UnitOfWork,
  ) {
    this.#held = held;
    this.#releases = releases;
    this.#packages = packages;
    this.#events = events;
    this.#audit = audit;
    this.#unitOfWork = unitOfWork;
  }

  /** Those that the caller may review, oldest first; `next` continues after this page. */
  async list(
    caller: Principal,
    after: ReleaseId | undefined,
    limit: number,
  ): Promise<{ items: ReleaseFacts[]; next: ReleaseId | undefined }> {
    const ids = await this.#held.list(reviewedBy(caller), after, limit);
    const found = await Promise.all(ids.map((id) => this.#releases.findWhole(id)));
    const items = found.flatMap((whole) => {
      if (whole === null) return [];
      // The query narrows; the one decision function decides (a token may be narrower than its owner, A4).
      const resource = packageResourceOf(whole.repository, whole.package.purl);
      return can(caller, 'review-findings', resource).allowed ? [releaseFacts(whole)] : [];
    });
    return { items, next: ids.length === limit ? ids.at(-1) : undefined };
  }

  /** Errors: `not-found` `release.not-found`. */
  async view(releaseId: ReleaseId): Promise<ReleaseFacts> {
    const whole = await this.#releases.findWhole(releaseId);
    if (whole === null) throw notFound();
    return releaseFacts(whole);
  }

  /** Errors: `not-found`, `conflict` `release.state` when it is not held any more. */
  async decide(review: Review): Promise<ReleaseFacts> {
    return this.#unitOfWork.run(async (manager) => {
      const seen = await this.#releases.findWhole(review.releaseId, manager);
      if (seen === null) throw notFound();
      await this.#packages.lockById(manager, seen.package.packageId);
      const whole = await this.#releases.findWhole(review.releaseId, manager);
      if (whole === null) throw notFound();
      const { release } = whole;
      if (release.state !== 'held') assertMayBecome(release.state, 'held');
      release.state = review.verdict;
      release.settledAt = new Date();
      if (review.verdict === 'rejected') release.reasons = [rejection(review.reason), ...release.reasons];
      await this.#releases.saveState(manager, release);
      await this.#events.announce(manager, whole, review.verdict);
      await this.#audit.record(manager, {
        actor: actorOf(review.reviewer),
        action: review.verdict === 'published' ? 'release.approve' : 'release.reject',
        subject: `release:${release.releaseId}`,
        requestId: review.requestId,
        details: { purl: release.purl, reason: review.reason },
      });
      return releaseFacts(whole);
    });
  }
}

function reviewedBy(caller: Principal): Reviewed {
  if (caller.kind === 'anonymous') return { organizations: [], repositories: [] };
  if (caller.installationAdmin) return 'all';
  return {
    organizations: caller.grants.flatMap((grant) =>
      grant.kind === 'organization' && actionsOf(grant.role).includes('review-findings') ? [grant.organizationId] : [],
    ),
    repositories: caller.grants.flatMap((grant) =>
      grant.kind !== 'organization' && grant.actions.includes('review-findings') ? [grant.repositoryId] : [],
    ),
  };
}

function rejection(reason: string): Finding {
  return { rule: 'P8', code: 'review.rejected', level: 'refuse', message: `A reviewer rejected it: ${reason}` };
}

function notFound(): DomainError {
  return new DomainError('not-found', 'release.not-found', 'The release was not found.');
}
