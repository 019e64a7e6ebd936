import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { AuditActor } from '@waybill/audit';
import { AuditTrail } from '@waybill/audit';
import type { OrganizationId, Principal } from '@waybill/domain';
import { can, DomainError } from '@waybill/domain';
import { isUniqueViolation, UnitOfWork } from '@waybill/persistence';
import type { EntityManager } from 'typeorm';
import { OrganizationRepository } from '../organizations/organization.repository.js';
import { HandoversService } from './handovers.service.js';
import type { TransferSubject } from './transfer-subject.js';
import { TRANSFER_SUBJECTS } from './transfer-subject.js';
import type { TransferKind } from './transfer.entity.js';
import { TransferEntity } from './transfer.entity.js';
import { TransferRepository } from './transfer.repository.js';
import { changedMeanwhile, maxPendingOffers, offerMilliseconds } from './transfer.rules.js';

export interface Offer {
  readonly kind: TransferKind;
  readonly subjectId: string;
  /** The organization on which the caller may do this. */
  readonly from: OrganizationId;
  /** The exact name of the organization that is to have it. */
  readonly to: string;
  readonly caller: Principal;
  readonly by: AuditActor;
}

interface Target {
  readonly organizationId: OrganizationId | null;
  /** Whether the caller may do on that side, too, what they ask for. */
  readonly isOwn: boolean;
}

/** Hands things over to another organization: at once by who may on both sides, else when the other side accepts. */
@Injectable()
export class TransferOffersService {
  readonly #subjects: readonly TransferSubject[];
  readonly #transfers: TransferRepository;
  readonly #organizations: OrganizationRepository;
  readonly #handovers: HandoversService;
  readonly #audit: AuditTrail;
  readonly #unitOfWork: UnitOfWork;

  constructor(
    @Inject(TRANSFER_SUBJECTS) subjects: readonly TransferSubject[],
    transfers: TransferRepository,
    organizations: OrganizationRepository,
    handovers: HandoversService,
    audit: AuditTrail,
    unitOfWork: UnitOfWork,
  ) {
    this.#subjects = subjects;
    this.#transfers = transfers;
    this.#organizations = organizations;
    this.#handovers = handovers;
    this.#audit = audit;
    this.#unitOfWork = unitOfWork;
  }

  /**
   * An organization that there is not is offered it like one that there is: nobody ever accepts (security.md A6). Errors:
   * `invalid` `transfer.same-organization`, `conflict` `transfer.pending`, `transfer.changed-meanwhile`, `limit`
   * `transfer.too-many`.
   */
  async offer(offer: Offer): Promise<TransferEntity> {
    const subject = this.subjectOf(offer.kind);
    const named = await this.#targetOf(offer);
    const target = { ...named, isOwn: named.isOwn && !subject.needsPlace };
    if (target.organizationId === offer.from) {
      // Who repeats a transfer that was not announced hears whether everybody knows by now.
      await subject.announce(offer.subjectId);
      throw new DomainError('invalid', 'transfer.same-organization', 'It belongs to that organization already.');
    }
    try {
      const transfer = await this.#unitOfWork.run((manager) => this.#record(manager, subject, offer, target));
      if (target.isOwn) await subject.announce(offer.subjectId);
      return transfer;
    } catch (error) {
      if (!isUniqueViolation(error, 'transfers_pending_key')) throw error;
      throw pendingAlready();
    }
  }

  subjectOf(kind: TransferKind): TransferSubject {
    const found = this.#subjects.find((subject) => subject.kind === kind);
    if (found === undefined) throw new DomainError('internal', 'internal', `Nobody hands over a ${kind}.`);
    return found;
  }

  async #targetOf({ to, caller }: Offer): Promise<Target> {
    const organization = await this.#organizations.findByName(to);
    if (organization === null) return { organizationId: null, isOwn: false };
    const { organizationId } = organization;
    return { organizationId, isOwn: can(caller, 'admin', { kind: 'organization', organizationId }).allowed };
  }

  async #record(
    manager: EntityManager,
    subject: TransferSubject,
    offer: Offer,
    { organizationId, isOwn }: Target,
  ): Promise<TransferEntity> {
    const { subjectId, from, by } = offer;
    const now = new Date();
    const locked = await subject.lock(manager, subjectId);
    if (locked?.organizationId !== from) throw changedMeanwhile();
    await this.#transfers.expireOld(manager, subjectId, now);
    const pending = await this.#transfers.findPending(manager, subjectId);
    if (pending !== null && !isOwn) throw pendingAlready();
    const transfer = newTransfer(offer, { name: locked.name, organizationId, now });
    if (!isOwn || organizationId === null) {
      if ((await this.#transfers.countPending(manager, from, now)) >= maxPendingOffers) throw tooMany();
      await this.#transfers.insert(manager, transfer);
      await this.#audit.record(manager, by, {
        action: 'transfer.offer',
        subject: `${offer.kind}:${subjectId}`,
        organizationId: from,
        details: { transferId: transfer.transferId, name: locked.name, to: offer.to },
      });
      return transfer;
    }
    if (pending !== null) await this.#transfers.settle(manager, pending, 'cancelled', by.actor);
    Object.assign(transfer, { state: 'accepted', settledBy: by.actor, settledAt: now });
    await this.#transfers.insert(manager, transfer);
    await this.#handovers.handOver(manager, subject, transfer, { to: organizationId, by, isOfBoth: true });
    return transfer;
  }
}

function newTransfer(
  { kind, subjectId, from, to, by }: Offer,
  {
    name,
    organizationId,
    now,
  }: { readonly name: string; readonly organizationId: OrganizationId | null; readonly now: Date },
): TransferEntity {
  const transfer = new TransferEntity();
  transfer.transferId = randomUUID();
  transfer.kind = kind;
  transfer.subjectId = subjectId;
  transfer.subjectName = name;
  transfer.fromOrganizationId = from;
  transfer.toOrganizationId = organizationId;
  transfer.toName = to;
  transfer.state = 'pending';
  transfer.requestedBy = by.actor;
  transfer.requestedAt = now;
  transfer.expiresAt = new Date(now.getTime() + offerMilliseconds);
  transfer.settledBy = null;
  transfer.settledAt = null;
  return transfer;
}

function pendingAlready(): DomainError {
  return new DomainError(
    'conflict',
    'transfer.pending',
    'It is offered to an organization already; cancel that first.',
  );
}

function tooMany(): DomainError {
  return new DomainError(
    'limit',
    'transfer.too-many',
    `An organization has at most ${maxPendingOffers} transfers that wait for somebody.`,
  );
}
