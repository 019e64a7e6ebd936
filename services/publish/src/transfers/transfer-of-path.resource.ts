import { Injectable } from '@nestjs/common';
import type { OrganizationId, Resource } from '@waybill/domain';
import { can } from '@waybill/domain';
import type { ResourceResolver } from '@waybill/edge';
import { callerOf } from '@waybill/edge';
import type { FastifyRequest } from 'fastify';
import { isUuid } from '../database/is-uuid.js';
import type { TransferEntity } from './transfer.entity.js';
import { TransferRepository } from './transfer.repository.js';

/**
 * `/…/:transferId` → the organization on one side of it (security.md A3). Who may not act for that side does not learn that
 * there is such a transfer, members included (A6).
 */
@Injectable()
abstract class SideOfTransfer implements ResourceResolver {
  readonly #transfers: TransferRepository;

  constructor(transfers: TransferRepository) {
    this.#transfers = transfers;
  }

  protected abstract sidesOf(transfer: TransferEntity): (OrganizationId | null)[];

  async resolve(request: FastifyRequest): Promise<Resource | undefined> {
    const { transferId = '' } = request.params as { transferId?: string };
    if (!isUuid(transferId)) return undefined;
    const transfer = await this.#transfers.find(transferId);
    const sides = transfer === null ? [] : this.sidesOf(transfer);
    return sides
      .flatMap((organizationId) => (organizationId === null ? [] : [{ kind: 'organization', organizationId } as const]))
      .find((resource) => can(callerOf(request), 'admin', resource).allowed);
  }
}

@Injectable()
export class EitherSideOfTransfer extends SideOfTransfer {
  protected sidesOf({ fromOrganizationId, toOrganizationId }: TransferEntity): (OrganizationId | null)[] {
    return [fromOrganizationId, toOrganizationId];
  }
}

@Injectable()
export class OfferingSideOfTransfer extends SideOfTransfer {
  protected sidesOf({ fromOrganizationId }: TransferEntity): (OrganizationId | null)[] {
    return [fromOrganizationId];
  }
}

@Injectable()
export class ReceivingSideOfTransfer extends SideOfTransfer {
  protected sidesOf({ toOrganizationId }: TransferEntity): (OrganizationId | null)[] {
    return [toOrganizationId];
  }
}
