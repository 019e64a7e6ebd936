import { Body, Controller, Param, Post, Req } from '@nestjs/common';
import { actorOfRequest } from '@waybill/audit';
import { callerOf, Requires, StepUp } from '@waybill/edge';
import { Documented } from '@waybill/management-api';
import type { FastifyRequest } from 'fastify';
import { NamespaceOfPath } from '../namespaces/namespace-of-path.resource.js';
import { organizationOf } from '../organizations/organization-of-body.resource.js';
import { OrganizationRepository } from '../organizations/organization.repository.js';
import { TransferOffersService } from './transfer-offers.service.js';
import type { TransferView } from './transfers.schema.js';
import { OfferBody, transferView, viewOf } from './transfers.schema.js';

@Controller('api/v1/namespaces')
export class NamespaceTransferHttpController {
  readonly #offers: TransferOffersService;
  readonly #organizations: OrganizationRepository;

  constructor(offers: TransferOffersService, organizations: OrganizationRepository) {
    this.#offers = offers;
    this.#organizations = organizations;
  }

  @Post(':namespaceId/transfer')
  @Requires('admin', NamespaceOfPath)
  @StepUp()
  @Documented({
    summary: 'Transfer a namespace to another organization',
    description:
      'Like a repository: at once between organizations that the caller administers, otherwise when it is accepted.',
    returns: transferView,
    errors: [
      'transfer.same-organization 400',
      'transfer.pending',
      'transfer.changed-meanwhile',
      'transfer.too-many 413',
    ],
    operation: 'transferNamespace',
  })
  async transfer(
    @Req() request: FastifyRequest,
    @Param('namespaceId') namespaceId: string,
    @Body() { to }: OfferBody,
  ): Promise<TransferView> {
    const from = organizationOf(request);
    const wish = { kind: 'namespace', subjectId: namespaceId, from, to } as const;
    const transfer = await this.#offers.offer({ ...wish, caller: callerOf(request), by: actorOfRequest(request) });
    return viewOf(transfer, await this.#organizations.namesOf([from]));
  }
}
