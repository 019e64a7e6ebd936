import { Injectable } from '@nestjs/common';
import type { Finding, ReleaseDecision, ReleaseId, Verdict } from '@waybill/domain';
import { UnitOfWork } from '@waybill/persistence';
import type { EntityManager } from 'typeorm';
import { AuditRepository } from '../audit/audit.repository.js';
import { decideBatch } from '../batches/batch.rules.js';
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

/**
 * Settles a release: its state, its event with the tags that move, and the audit, in one transaction or not at all. One of a
 * batch is settled with the others, when all of them are decided on.
 */
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
      if (release.batchId === null) await this.#conclude(manager, whole, settlement, settlement);
      else await this.#settleInBatch(manager, whole, settlement);
      return whole;
    });
  }

  /** Remembers what was decided on one of a batch, and concludes all when that settles them. */
  async #settleInBatch(manager: EntityManager, whole: WholeRelease, settlement: Settlement): Promise<void> {
    const { release } = whole;
    const { verdict, reasons, by, details } = settlement;
    const before = release.state;
    release.ownDecision = { verdict, reasons: boundedReasons(reasons) };
    await this.#releases.saveState(manager, release);
    const members = ofSharedPackages([whole, ...(await this.#releases.findBatch(manager, release))]);
    const decisions = decideBatch(
      members.map((member) => ({ purl: member.release.purl, decision: member.release.ownDecision })),
    );
    for (const [index, decision] of (decisions ?? []).entries()) {
      const member = members[index];
      if (member === undefined) continue;
      if (member.release.state === decision.verdict) await this.#tellReasons(manager, member.release, decision);
      else await this.#conclude(manager, member, decision, settlement);
    }
    if (release.state !== before) return;
    // It waits for the others, and still somebody has decided (W9).
    await this.#record(manager, release, { verdict, by, details: { ...details, waitsForItsBatch: true } });
  }

  /** Who looks at one that stays held sees what it waits for now. */
  async #tellReasons(manager: EntityManager, release: ReleaseEntity, { reasons }: ReleaseDecision): Promise<void> {
    release.reasons = boundedReasons(reasons);
    await this.#releases.saveState(manager, release);
  }

  async #conclude(
    manager: EntityManager,
    whole: WholeRelease,
    { verdict, reasons }: ReleaseDecision,
    { by, details }: Settlement,
  ): Promise<void> {
    const { release } = whole;
    release.state = verdict;
    release.reasons = boundedReasons(reasons);
    release.settledAt = new Date();
    await this.#releases.saveState(manager, release);
    await this.#events.announce(manager, whole, verdict);
    await this.#record(manager, release, { verdict, by, details });
  }

  async #record(
    manager: EntityManager,
    { releaseId, purl }: ReleaseEntity,
    { verdict, by, details }: Omit<Settlement, 'reasons'>,
  ): Promise<void> {
    await this.#audit.record(manager, {
      ...by,
      subject: `release:${releaseId}`,
      details: { purl, verdict, ...details },
    });
  }
}

/** Two versions of one package share its row, which counts the events of both. */
function ofSharedPackages(members: readonly WholeRelease[]): WholeRelease[] {
  const packages = new Map(members.map((member) => [member.package.packageId, member.package]));
  return members.map((member) => ({ ...member, package: packages.get(member.package.packageId) ?? member.package }));
}
