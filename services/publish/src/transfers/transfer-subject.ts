import type { AuditActor } from '@waybill/audit';
import type { OrganizationId } from '@waybill/domain';
import type { EntityManager } from 'typeorm';
import type { TransferKind } from './transfer.entity.js';

export interface Handover {
  readonly to: OrganizationId;
  /** The slug of the repository that it goes to, of what goes into one. */
  readonly place?: string | undefined;
  /** Who did it, as the organization that gives it away may know them. */
  readonly by: AuditActor;
  /** What that organization is told. */
  readonly details: Readonly<Record<string, unknown>>;
}

/** One kind of thing that organizations hand over to each other. */
export interface TransferSubject {
  readonly kind: TransferKind;
  /** Whether the receiving side says where it goes: then nothing is handed over without being accepted. */
  readonly needsPlace: boolean;
  /** Locks it, and where it is to go, until the transaction ends; undefined where it is gone. */
  lock(
    manager: EntityManager,
    subjectId: string,
    place?: string,
  ): Promise<{ readonly organizationId: OrganizationId; readonly name: string } | undefined>;
  /**
   * It is locked. Writes the change with its event and its entry in the chain of who gives it away. Errors: `conflict` where the
   * new owner cannot have it.
   */
  handOver(manager: EntityManager, subjectId: string, handover: Handover): Promise<void>;
  /** Resolves when everybody has to know who must not give it to the wrong people. Errors: `unavailable`. */
  announce(subjectId: string): Promise<void>;
}

/** Injection token: all of them. */
export const TRANSFER_SUBJECTS = Symbol('waybill.transfer-subjects');
