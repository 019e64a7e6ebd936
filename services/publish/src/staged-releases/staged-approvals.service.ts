import { Inject, Injectable } from '@nestjs/common';
import { actorOfPrincipal, AuditTrail } from '@waybill/audit';
import type { Approval, Principal } from '@waybill/domain';
import { assertMayBecome, refusal } from '@waybill/domain';
import { UnitOfWork } from '@waybill/persistence';
import { SERVICE_CONFIG } from '@waybill/service-host';
import type { Proof, ProvenBy } from '@waybill/edge';
import type { EntityManager } from 'typeorm';
import { Approvers } from '../approvers/approvers.js';
import type { PublishConfig } from '../config.js';
import { assertStillMay } from '../decided-again/decided-again.rules.js';
import type { SelfApproval } from '../held-releases/self-approval.rules.js';
import { assertMayApprove } from '../held-releases/self-approval.rules.js';
import { assertOpen } from '../packages/open-package.rules.js';
import { PersonProof } from '../person-proof/person-proof.js';
import { ownerPart, ReleaseEvents } from '../releases/release-events.js';
import { ReleaseLock } from '../releases/release-lock.js';
import type { StoredRelease, WholeRelease } from '../releases/release.repository.js';
import { ReleaseRepository } from '../releases/release.repository.js';
import { requireUnarchived } from '../repositories/repository.rules.js';
import type { StagedWish } from './staged-access.rules.js';
import { knownTo, resourceOfStaged } from './staged-access.rules.js';
import { StagedApprovalEntity } from './staged-approval.entity.js';
import { StagedApprovalsRepository } from './staged-approvals.repository.js';
import {
  alreadyApproved,
  approvalsThatCount,
  assertSameBytes,
  assertNotExpired,
  assertStaged,
  contentsOf,
  stagedReleaseNotFound,
} from './staged-release.rules.js';
import type { StagedRelease } from './staged-releases.service.js';
import { standingOf, userIdsOf } from './standing-approvals.js';

export interface StagedApproval extends StagedWish {
  /** sha256 of each file by its name, as the approver has looked at them. */
  readonly digests?: Readonly<Record<string, string>> | undefined;
  readonly proof: Proof;
  /** Refuses by throwing where the contents (`contentsOf`) are not those that the caller has read. */
  readonly assertCurrent?: (contents: string) => void;
}

/** People say yes to what is staged (security.md P8). */
@Injectable()
export class StagedApprovalsService {
  readonly #approvals: StagedApprovalsRepository;
  readonly #releases: ReleaseRepository;
  readonly #lock: ReleaseLock;
  readonly #events: ReleaseEvents;
  readonly #proof: PersonProof;
  readonly #approvers: Approvers;
  readonly #audit: AuditTrail;
  readonly #unitOfWork: UnitOfWork;
  readonly #selfApproval: SelfApproval;

  constructor(
    approvals: StagedApprovalsRepository,
    releases: ReleaseRepository,
    lock: ReleaseLock,
    events: ReleaseEvents,
    proof: PersonProof,
    approvers: Approvers,
    audit: AuditTrail,
    unitOfWork: UnitOfWork,
    @Inject(SERVICE_CONFIG) config: PublishConfig,
  ) {
    this.#approvals = approvals;
    this.#releases = releases;
    this.#lock = lock;
    this.#events = events;
    this.#proof = proof;
    this.#approvers = approvers;
    this.#audit = audit;
    this.#unitOfWork = unitOfWork;
    this.#selfApproval = config.WAYBILL_SELF_APPROVAL;
  }

  /**
   * One more approval; with the last one that is needed the release goes on to be checked, unless somebody who approved it before may
   * not any more: then that approval is gone, and it waits on. Errors: `not-found`
   * `staged-release.not-found`, `forbidden` `auth.forbidden` | `release.own`, those of `PersonProof`, `conflict`
   * `staged-release.settled` | `staged-release.already-approved` | `staged-release.other-bytes` | `package.archived` |
   * `package.deleted` | `repository.archived`, those of `assertCurrent`.
   */
  async approve(wish: StagedApproval): Promise<StagedRelease> {
    // Before a code is used up, and so that nobody else learns whether one is asked for.
    await this.#mayApprove(await this.#releases.findWhole(wish.releaseId), wish);
    const provenBy = await this.#proof.prove(wish.caller, wish.proof);
    return this.#unitOfWork.run(async (manager) => {
      const locked = await this.#lock.lock(manager, wish.releaseId);
      const { whole, counted, needed } = await this.#mayApprove(locked, wish, manager);
      const approvals = await this.#add(manager, whole, { wish, counted, needed, provenBy });
      if (approvals.length >= needed) await this.#goOn(manager, whole, approvals);
      return { whole, approvals, needed };
    });
  }

  async #mayApprove<Whole extends WholeRelease>(
    found: Whole | null,
    wish: StagedApproval,
    manager?: EntityManager,
  ): Promise<{ readonly whole: Whole; readonly counted: Approval[]; readonly needed: number }> {
    const { caller, digests, assertCurrent } = wish;
    const whole = knownTo(found, wish);
    const { release, repository, artifacts, package: owner } = whole;
    assertStillMay(caller, 'approve', resourceOfStaged(caller, whole));
    assertStaged(release);
    assertNotExpired(release, new Date());
    assertMayApprove(caller, release, this.#selfApproval);
    requireUnarchived(repository);
    assertOpen(owner);
    assertCurrent?.(contentsOf(release));
    assertSameBytes(artifacts, digests);
    const given = (await this.#approvals.of([release.releaseId], manager)).get(release.releaseId) ?? [];
    const counted = approvalsThatCount(whole, given);
    const needed = repository.approvalsNeeded;
    // Where fewer are needed than before, somebody has to say so again for it to go on.
    if (counted.length < needed && counted.some(({ userId }) => userId === userOf(caller))) throw alreadyApproved();
    return { whole, counted, needed };
  }

  async #add(
    manager: EntityManager,
    whole: StoredRelease,
    { wish, counted, needed, provenBy }: Addition,
  ): Promise<Approval[]> {
    const { caller, reason, requestId } = wish;
    const { release, repository } = whole;
    if (caller.kind === 'anonymous') throw stagedReleaseNotFound();
    const { userId, username } = caller;
    const isRepeated = counted.some((one) => one.userId === userId);
    const approval: StagedApprovalEntity = Object.assign(new StagedApprovalEntity(), {
      releaseId: release.releaseId,
      userId,
      username,
      organizationId: repository.organizationId,
      contents: contentsOf(release),
      reason,
      approvedAt: new Date(),
    });
    const all = isRepeated ? [...counted] : [...counted, { username, userId, at: approval.approvedAt.toISOString() }];
    const { standing, lapsed } = await standingOf(this.#approvers, whole, { all, needed });
    if (lapsed.some((one) => one.userId === userId)) throw refusal({ allowed: false, because: 'known' }, release.purl);
    await this.#approvals.remove(manager, release.releaseId, userIdsOf(lapsed));
    if (!isRepeated) await this.#approvals.save(manager, approval);
    const details = {
      purl: release.purl,
      reason,
      given: standing.length,
      needed,
      contents: approval.contents,
      provenBy,
      ...(lapsed.length === 0 ? {} : { lapsed: lapsed.map((one) => one.username) }),
    };
    await this.#audit.record(
      manager,
      { ...actorOfPrincipal(caller), requestId },
      {
        action: 'staged-release.approve',
        subject: `release:${release.releaseId}`,
        organizationId: repository.organizationId,
        details,
      },
    );
    return standing;
  }

  async #goOn(manager: EntityManager, whole: StoredRelease, approvals: Approval[]): Promise<void> {
    const { release } = whole;
    assertMayBecome(release.state, 'quarantined');
    release.state = 'quarantined';
    release.approvals = approvals;
    release.staging = 'approved';
    // Its tags are wished for now, and the scanner has time from now on.
    release.approvedAt = new Date();
    const parts = { approved: this.#approvals.approvedPart(release, approvals, ownerPart) };
    await this.#events.announce(manager, whole, 'quarantined', { hold: { kind: 'locked' }, parts });
  }
}

interface Addition {
  readonly wish: StagedApproval;
  readonly counted: readonly Approval[];
  readonly needed: number;
  readonly provenBy: ProvenBy;
}

function userOf(caller: Principal): string | undefined {
  return caller.kind === 'anonymous' ? undefined : caller.userId;
}
