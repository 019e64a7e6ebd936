import { Injectable } from '@nestjs/common';
import type { AuditActor } from '@waybill/audit';
import { AuditTrail } from '@waybill/audit';
import type { Principal } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import { decodeCursor, encodeCursor, type Page, sentTime } from '@waybill/management-api';
import { UnitOfWork } from '@waybill/persistence';
import { z } from 'zod';
import { organizationsFor } from '../organizations/organizations-for.js';
import { HandoversService } from './handovers.service.js';
import { TransferOffersService } from './transfer-offers.service.js';
import type { TransferEntity } from './transfer.entity.js';
import { TransferRepository } from './transfer.repository.js';
import { changedMeanwhile, requirePending } from './transfer.rules.js';
import type { TransfersQuery } from './transfers.schema.js';

const place = z.object({ requestedAt: sentTime, transferId: z.uuid() });

/** What becomes of transfers that were offered. Of many who settle one at the same time, one does. */
@Injectable()
export class TransfersService {
  readonly #offers: TransferOffersService;
  readonly #transfers: TransferRepository;
  readonly #handovers: HandoversService;
  readonly #audit: AuditTrail;
  readonly #unitOfWork: UnitOfWork;

  constructor(
    offers: TransferOffersService,
    transfers: TransferRepository,
    handovers: HandoversService,
    audit: AuditTrail,
    unitOfWork: UnitOfWork,
  ) {
    this.#offers = offers;
    this.#transfers = transfers;
    this.#handovers = handovers;
    this.#audit = audit;
    this.#unitOfWork = unitOfWork;
  }

  /** Newest first: those from and to organizations on which the caller has `admin`. */
  async list(caller: Principal, { state, limit, cursor }: TransfersQuery): Promise<Page<TransferEntity>> {
    const after = decodeCursor(cursor, place);
    const found = await this.#transfers.list({
      organizations: organizationsFor(caller, 'admin'),
      ...(state === undefined ? {} : { state }),
      ...(after === undefined ? {} : { after }),
      limit,
    });
    const last = found.length === limit ? found.at(-1) : undefined;
    return {
      items: found,
      next: last === undefined ? null : encodeCursor({ requestedAt: last.requestedAt, transferId: last.transferId }),
    };
  }

  /** Errors: `not-found`. */
  async view(transferId: string): Promise<TransferEntity> {
    const transfer = await this.#transfers.find(transferId);
    if (transfer === null) throw notFound();
    return transfer;
  }

  /**
   * `place` is the slug of the repository that it goes to, of what goes into one. Errors: `conflict` `transfer.settled`,
   * `transfer.changed-meanwhile`, and those of what is handed over.
   */
  async accept(transferId: string, by: AuditActor, place?: string): Promise<TransferEntity> {
    const { kind, subjectId, state } = await this.view(transferId);
    const subject = this.#offers.subjectOf(kind);
    // Who repeats an acceptance that was not announced hears whether everybody knows by now.
    if (state === 'accepted') await subject.announce(subjectId);
    const transfer = await this.#unitOfWork.run(async (manager) => {
      // What is handed over first, for all who settle: one order, so that nobody waits for each other.
      const locked = await subject.lock(manager, subjectId, place);
      const pending = await this.#transfers.lock(manager, transferId);
      const to = pending?.toOrganizationId ?? null;
      if (pending === null || to === null) throw notFound();
      requirePending(pending);
      if (locked?.organizationId !== pending.fromOrganizationId) throw changedMeanwhile();
      await this.#transfers.settle(manager, pending, 'accepted', by.actor);
      await this.#handovers.handOver(manager, subject, pending, { to, place, by, isOfBoth: false });
      return pending;
    });
    await subject.announce(subjectId);
    return transfer;
  }

  /** Errors: `conflict` `transfer.settled`. */
  decline(transferId: string, by: AuditActor): Promise<TransferEntity> {
    return this.#end(transferId, 'declined', by);
  }

  /** Errors: `conflict` `transfer.settled`. */
  cancel(transferId: string, by: AuditActor): Promise<TransferEntity> {
    return this.#end(transferId, 'cancelled', by);
  }

  #end(transferId: string, state: 'declined' | 'cancelled', by: AuditActor): Promise<TransferEntity> {
    return this.#unitOfWork.run(async (manager) => {
      const pending = await this.#transfers.lock(manager, transferId);
      if (pending === null) throw notFound();
      requirePending(pending);
      await this.#transfers.settle(manager, pending, state, by.actor);
      const { kind, subjectId, subjectName, fromOrganizationId, toOrganizationId } = pending;
      const organizationId = state === 'declined' ? (toOrganizationId ?? fromOrganizationId) : fromOrganizationId;
      await this.#audit.record(manager, by, {
        action: state === 'declined' ? 'transfer.decline' : 'transfer.cancel',
        subject: `${kind}:${subjectId}`,
        organizationId,
        details: { transferId, name: subjectName },
      });
      return pending;
    });
  }
}

function notFound(): DomainError {
  return new DomainError('not-found', 'transfer.not-found', 'The transfer was not found.');
}
