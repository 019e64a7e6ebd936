import { Injectable } from '@nestjs/common';
import type { AuditActor } from '@waybill/audit';
import { AuditTrail } from '@waybill/audit';
import type { ReleaseDecision, ReleaseId } from '@waybill/domain';
import { UnitOfWork } from '@waybill/persistence';
import type { EntityManager } from 'typeorm';
import { Approvers } from '../approvers/approvers.js';
import { decideBatch, ofSharedPackages } from '../batches/batch.rules.js';
import { decisionWhileClosed } from '../packages/open-package.rules.js';
import type { Hold } from '../packages/package.repository.js';
import type { ReleaseEntity } from '../releases/release.entity.js';
import type { TaggedRelease } from '../releases/release-events.js';
import { ownerPart, ReleaseEvents } from '../releases/release-events.js';
import { ReleaseLock } from '../releases/release-lock.js';
import type { WholeRelease } from '../releases/release.repository.js';
import { ReleaseRepository } from '../releases/release.repository.js';
import { TagRepository } from '../tags/tag.repository.js';
import { boundedReasons } from './bounded-reasons.js';
import { heldAgain } from './held-again.js';
import type { Settlement } from './settlement.js';
import { entryOf, ownDecisionOf } from './settlement.js';

/**
 * Settles a release: its state, its event with the tags that move, and the audit, in one transaction or not at all. One of a
 * batch is settled with the others, when all of them are decided on.
 */
@Injectable()
export class ReleaseSettlement {
  readonly #lock: ReleaseLock;
  readonly #releases: ReleaseRepository;
  readonly #events: ReleaseEvents;
  readonly #tags: TagRepository;
  readonly #audit: AuditTrail;
  readonly #unitOfWork: UnitOfWork;
  readonly #approvers: Approvers;

  constructor(
    lock: ReleaseLock,
    releases: ReleaseRepository,
    events: ReleaseEvents,
    tags: TagRepository,
    audit: AuditTrail,
    unitOfWork: UnitOfWork,
    approvers: Approvers,
  ) {
    this.#lock = lock;
    this.#releases = releases;
    this.#events = events;
    this.#tags = tags;
    this.#audit = audit;
    this.#unitOfWork = unitOfWork;
    this.#approvers = approvers;
  }

  /**
   * `decide` sees the release under the lock of its package, so that of two deciders the second one sees what the first
   * one did, and whose it is now, which it stays (security.md A1); it answers `undefined` to leave the release as it is. Resolves to null when there is no such release.
   */
  async settle(
    releaseId: ReleaseId,
    decide: (whole: WholeRelease) => Settlement | undefined,
  ): Promise<WholeRelease | null> {
    const alone = await this.#settleAlone(releaseId, decide);
    if (alone !== undefined) return alone;
    return this.#unitOfWork.run(async (manager) => {
      const whole = await this.#lock.lock(manager, releaseId);
      if (whole === null) return null;
      const { release } = whole;
      const decided = decide(whole);
      if (decided === undefined) return whole;
      const settlement = decisionWhileClosed(decided, whole.package);
      if (release.batchId === null) await this.#conclude(manager, whole, settlement, settlement, { kind: 'locked' });
      else await this.#settleInBatch(manager, whole, settlement);
      return whole;
    });
  }

  /**
   * Mostly nobody else is at the package: what was read is decided on without a lock, and written only if it is still so.
   * Undefined where it is not, and for one of a batch: then under the lock.
   */
  async #settleAlone(
    releaseId: ReleaseId,
    decide: (whole: WholeRelease) => Settlement | undefined,
  ): Promise<WholeRelease | null | undefined> {
    const whole = await this.#releases.findWhole(releaseId);
    if (whole === null) return null;
    if (whole.release.batchId !== null) return undefined;
    const decided = decide(whole);
    if (decided === undefined) return whole;
    const settlement = decisionWhileClosed(decided, whole.package);
    const { rowVersion, repositoryVersion } = whole;
    const hold = { kind: 'unchanged', rowVersion, repositoryVersion } as const;
    const isConcluded = await this.#unitOfWork.runStatement((manager) =>
      this.#conclude(manager, whole, settlement, settlement, hold),
    );
    return isConcluded ? whole : undefined;
  }

  /** Remembers what was decided on one of a batch, and concludes all when that settles them. */
  async #settleInBatch(manager: EntityManager, whole: WholeRelease, settlement: Settlement): Promise<void> {
    const { release } = whole;
    const { verdict, by, action, details } = settlement;
    const before = release.state;
    release.ownDecision = ownDecisionOf(settlement, release.ownDecision?.reasons ?? []);
    await this.#releases.saveState(manager, release);
    // A rejection does not wait. Otherwise all of the batch are read once, and not for the result of each.
    const isAwaited = verdict !== 'rejected' && (await this.#releases.waitsForOthers(manager, release));
    if (!isAwaited) await this.#concludeBatch(manager, whole, settlement);
    if (release.state !== before) return;
    // It waits for the others, and still somebody has decided (W9).
    const entry = entryOf(whole, { verdict, action, details: { ...details, waitsForItsBatch: true } });
    await this.#audit.record(manager, by, entry);
  }

  async #concludeBatch(manager: EntityManager, whole: WholeRelease, settlement: Settlement): Promise<void> {
    const members = ofSharedPackages([whole, ...(await this.#releases.findBatch(manager, whole.release))]);
    const decisions = await this.#decideBatch(manager, members, settlement.by);
    for (const [index, decision] of (decisions ?? []).entries()) {
      const member = members[index];
      if (member === undefined) continue;
      if (member.release.state === decision.verdict) await this.#tellReasons(manager, member.release, decision);
      else {
        const tags = await this.#tags.listAll(manager, member.package.packageId);
        await this.#conclude(manager, { ...member, tags }, decision, settlement, { kind: 'locked' });
      }
    }
  }

  /** What a person approved who may not any more is held again, before anything of the batch is published (P8, ADR 0060). */
  async #decideBatch(
    manager: EntityManager,
    members: readonly WholeRelease[],
    by: AuditActor,
  ): Promise<readonly ReleaseDecision[] | undefined> {
    const decided = () =>
      decideBatch(members.map(({ release: { purl, ownDecision } }) => ({ purl, decision: ownDecision })));
    const decisions = decided();
    if (decisions?.some(({ verdict }) => verdict === 'published') !== true) return decisions;
    const given = members.flatMap((whole) => {
      const userId = whole.release.ownDecision?.approvedBy;
      return userId === undefined ? [] : [{ userId, whole }];
    });
    const lapsed = await this.#approvers.lapsed(given);
    for (const { whole } of lapsed) {
      const { approvedBy, approvedByUsername, overruled = [] } = whole.release.ownDecision ?? {};
      whole.release.ownDecision = heldAgain(overruled);
      await this.#releases.saveState(manager, whole.release);
      const details = { lapsed: [approvedByUsername ?? approvedBy], waitsForItsBatch: true };
      await this.#audit.record(manager, by, entryOf(whole, { verdict: 'held', action: 'release.decide', details }));
    }
    return decided();
  }

  /** Who looks at one that stays held sees what it waits for now. */
  async #tellReasons(manager: EntityManager, release: ReleaseEntity, { reasons }: ReleaseDecision): Promise<void> {
    release.reasons = boundedReasons(reasons);
    await this.#releases.saveState(manager, release);
  }

  async #conclude(
    manager: EntityManager,
    whole: TaggedRelease,
    decision: ReleaseDecision,
    { by, action, details, staging }: Settlement,
    hold: Hold,
  ): Promise<boolean> {
    const { release } = whole;
    // Of a batch, others may have waited since before their package was closed.
    const { verdict, reasons } = decisionWhileClosed(decision, whole.package);
    release.state = verdict;
    if (staging !== undefined) release.staging = staging;
    release.reasons = boundedReasons(reasons);
    release.settledAt = new Date();
    const parts = {
      state: this.#releases.statePart(release, ownerPart),
      ...this.#audit.parts(manager, by, entryOf(whole, { verdict, action, details }), ownerPart),
    };
    return this.#events.announce(manager, whole, verdict, { hold, parts });
  }
}
