import { Injectable } from '@nestjs/common';
import type { AuditActor } from '@waybill/audit';
import { AuditTrail } from '@waybill/audit';
import type { OrganizationId } from '@waybill/domain';
import type { EntityManager } from 'typeorm';
import type { TransferSubject } from './transfer-subject.js';
import type { TransferEntity } from './transfer.entity.js';

export interface Receiver {
  readonly to: OrganizationId;
  /** The slug of their repository that it goes to, of what goes into one. */
  readonly place?: string | undefined;
  /** Who made it happen. */
  readonly by: AuditActor;
  /** Whether they acted for the side that gives it away, too. */
  readonly isOfBoth: boolean;
}

/** Hands over what a transfer is about, and tells each of both organizations what it may know (security.md A6, W9). */
@Injectable()
export class HandoversService {
  readonly #audit: AuditTrail;

  constructor(audit: AuditTrail) {
    this.#audit = audit;
  }

  /**
   * What is handed over is locked. One entry in the chain of each side: `<kind>.transfer` and `<kind>.receive`. Who offered it
   * and accepted it alone is known to both; otherwise the side that gave it away reads the name that it has offered it to, and
   * neither the person there nor their address.
   */
  async handOver(
    manager: EntityManager,
    subject: TransferSubject,
    { transferId, kind, subjectId, subjectName, fromOrganizationId, toName }: TransferEntity,
    { to, place, by, isOfBoth }: Receiver,
  ): Promise<void> {
    await subject.handOver(manager, subjectId, {
      to,
      place,
      by: isOfBoth ? by : { actor: `organization:${toName}` },
      details: { transferId, to: toName },
    });
    await this.#audit.record(manager, by, {
      action: `${kind}.receive`,
      subject: `${kind}:${subjectId}`,
      organizationId: to,
      details: {
        transferId,
        name: subjectName,
        from: fromOrganizationId,
        ...(place === undefined ? {} : { to: place }),
      },
    });
  }
}
