import { Injectable } from '@nestjs/common';
import { actorOfPrincipal, AuditTrail } from '@waybill/audit';
import type { ReleaseFacts } from '@waybill/contracts';
import type { Principal, ReleaseId } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import { UnitOfWork } from '@waybill/persistence';
import { assertStillMay } from '../decided-again/decided-again.rules.js';
import { ownerPart, ReleaseEvents } from '../releases/release-events.js';
import { releaseFacts } from '../releases/release-facts.js';
import { ReleaseLock } from '../releases/release-lock.js';
import { resourceOfReview } from './release-of-path.resource.js';
import { RescanRepository } from './rescan.repository.js';

/** Each is an event in the log that is kept for ever. */
const maxRescans = 20;
const pauseSeconds = 60;

/**
 * Releases that the scanner has given up on: its event became a dead letter, and nothing settles them. To have one scanned
 * is announced as its quarantine is; a scanner that has a result of it already says nothing new.
 */
@Injectable()
export class RescansService {
  readonly #rescans: RescanRepository;
  readonly #lock: ReleaseLock;
  readonly #events: ReleaseEvents;
  readonly #audit: AuditTrail;
  readonly #unitOfWork: UnitOfWork;

  constructor(
    rescans: RescanRepository,
    lock: ReleaseLock,
    events: ReleaseEvents,
    audit: AuditTrail,
    unitOfWork: UnitOfWork,
  ) {
    this.#rescans = rescans;
    this.#lock = lock;
    this.#events = events;
    this.#audit = audit;
    this.#unitOfWork = unitOfWork;
  }

  /**
   * Errors: `not-found`; `conflict` `release.not-quarantined` when the scanner has answered; `limit` `release.rescan-soon`
   * within a minute of the last time; `conflict` `release.rescans` after the twentieth.
   */
  async rescan(
    releaseId: ReleaseId,
    { reviewer, requestId }: { readonly reviewer: Principal; readonly requestId: string },
  ): Promise<ReleaseFacts> {
    return this.#unitOfWork.run(async (manager) => {
      const whole = await this.#lock.lock(manager, releaseId);
      if (whole === null) throw new DomainError('not-found', 'release.not-found', 'The release was not found.');
      assertStillMay(reviewer, 'review-findings', resourceOfReview(reviewer, whole));
      const { release } = whole;
      if (release.state !== 'quarantined' || release.ownDecision !== null) throw notQuarantined();
      const subject = `release:${releaseId}`;
      const { count, secondsAgo } = await this.#rescans.before(manager, subject);
      if (count >= maxRescans) throw tooManyRescans();
      if (secondsAgo !== null && secondsAgo < pauseSeconds) throw tooSoon(pauseSeconds - secondsAgo);
      const details = { purl: release.purl, attempt: count + 1 };
      const { organizationId } = whole.repository;
      const entry = { action: RescanRepository.action, subject, organizationId, details };
      await this.#events.announce(manager, whole, 'quarantined', {
        hold: { kind: 'locked' },
        parts: this.#audit.parts(manager, { ...actorOfPrincipal(reviewer), requestId }, entry, ownerPart),
      });
      return releaseFacts(whole);
    });
  }
}

function notQuarantined(): DomainError {
  return new DomainError('conflict', 'release.not-quarantined', 'The scanner has answered for this release already.');
}

function tooManyRescans(): DomainError {
  return new DomainError(
    'conflict',
    'release.rescans',
    `This release was given to the scanner ${maxRescans} times more: look why it fails, or publish another version.`,
  );
}

function tooSoon(seconds: number): DomainError {
  return new DomainError('limit', 'release.rescan-soon', 'It was given to the scanner a moment ago; wait a minute.', {
    retryAfterSeconds: Math.max(1, seconds),
  });
}
