import { Injectable } from '@nestjs/common';
import type { Finding, ReleaseId, Verdict } from '@waybill/domain';
import { UnitOfWork } from '@waybill/persistence';
import { AuditRepository } from '../audit/audit.repository.js';
import { PackageRepository } from '../packages/package.repository.js';
import type { ReleaseEntity } from '../releases/release.entity.js';
import { ReleaseEvents } from '../releases/release-events.js';
import type { WholeRelease } from '../releases/release.repository.js';
import { ReleaseRepository } from '../releases/release.repository.js';
import { boundedReasons } from './bounded-reasons.js';

export interface Settlement {
  readonly verdict: Verdict;
  readonly reasons: readonly Finding[];
  /** Who decided, and what is worth knowing about it later. */
  readonly by: { readonly actor: string; readonly action: string; readonly requestId: string | null };
  readonly details: object;
}

/** Settles a release: its state, its event with the tags that move, and the audit, in one transaction or not at all. */
@Injectable()
export class ReleaseSettlement {
  readonly #packages: PackageRepository;
  readonly #releases: ReleaseRepository;
  readonly #events: ReleaseEvents;
  readonly #audit: AuditRepository;
  readonly #unitOfWork: UnitOfWork;

  constructor(
    packages: PackageRepository,
    releases: ReleaseRepository,
    events: ReleaseEvents,
    audit: AuditRepository,
    unitOfWork: UnitOfWork,
  ) {
    this.#packages = packages;
    this.#releases = releases;
    this.#events = events;
    this.#audit = audit;
    this.#unitOfWork = unitOfWork;
  }

  /**
   * `decide` sees the release under the lock of its package, so that of two deciders the second one sees what the first
   * one did; it answers `undefined` to leave the release as it is. Resolves to null when there is no such release.
   */
  settle(
    releaseId: ReleaseId,
    decide: (release: ReleaseEntity) => Settlement | undefined,
  ): Promise<WholeRelease | null> {
    return this.#unitOfWork.run(async (manager) => {
      await this.#packages.lockOfRelease(manager, releaseId);
      const whole = await this.#releases.findWhole(releaseId, manager);
      if (whole === null) return null;
      const { release } = whole;
      const settlement = decide(release);
      if (settlement === undefined) return whole;
      release.state = settlement.verdict;
      release.reasons = boundedReasons(settlement.reasons);
      release.settledAt = new Date();
      await this.#releases.saveState(manager, release);
      await this.#events.announce(manager, whole, settlement.verdict);
      await this.#audit.record(manager, {
        ...settlement.by,
        subject: `release:${releaseId}`,
        details: { purl: release.purl, verdict: settlement.verdict, ...settlement.details },
      });
      return whole;
    });
  }
}
