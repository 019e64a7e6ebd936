import { Body, Controller, Post, Query, Req } from '@nestjs/common';
import { actorOfRequest } from '@waybill/audit';
import { can, refusal } from '@waybill/domain';
import { callerOf, Requires, StepUp } from '@waybill/edge';
import { Documented } from '@waybill/management-api';
import type { FastifyRequest } from 'fastify';
import { OrganizationRepository } from '../organizations/organization.repository.js';
import { packageOf, PackageOfPath } from '../package-access/package-of-path.resource.js';
import { PackageQuery } from '../package-list/packages.schema.js';
import { TransferOffersService } from './transfer-offers.service.js';
import type { TransferView } from './transfers.schema.js';
import { OfferBody, transferView, viewOf } from './transfers.schema.js';

@Controller('api/v1/packages/:purl')
export class PackageTransferHttpController {
  readonly #offers: TransferOffersService;
  readonly #organizations: OrganizationRepository;

  constructor(offers: TransferOffersService, organizations: OrganizationRepository) {
    this.#offers = offers;
    this.#organizations = organizations;
  }

  @Post('offer')
  @Requires('admin', PackageOfPath, '`admin` on the organization that owns it')
  @StepUp()
  @Documented({
    summary: 'Offer a package to another organization',
    description:
      'An admin of that organization accepts it within 7 days, and says which repository it goes to. Who administers both ' +
      'sides moves it at once with `transfer`. The answer does not tell whether there is an organization of that name.',
    returns: transferView,
    errors: [
      'transfer.same-organization 400',
      'transfer.pending',
      'transfer.changed-meanwhile',
      'transfer.too-many 413',
      'package.not-announced 503',
    ],
    operation: 'offerPackage',
  })
  async offer(
    @Req() request: FastifyRequest,
    @Query() query: PackageQuery,
    @Body() { to }: OfferBody,
  ): Promise<TransferView> {
    const caller = callerOf(request);
    const { repository, package: owner } = packageOf(request, query);
    const { organizationId: from } = repository;
    // Leaving an organization is its own business, as with repositories.
    const decision = can(caller, 'admin', { kind: 'organization', organizationId: from });
    if (!decision.allowed) throw refusal({ ...decision, because: 'known' }, owner.purl);
    const wish = { kind: 'package', subjectId: owner.packageId, from, to } as const;
    const transfer = await this.#offers.offer({ ...wish, caller, by: actorOfRequest(request) });
    return viewOf(transfer, await this.#organizations.namesOf([from]));
  }
}
