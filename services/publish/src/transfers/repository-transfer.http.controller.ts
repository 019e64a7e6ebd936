import { Body, Controller, Param, Post, Req } from '@nestjs/common';
import { actorOfRequest } from '@waybill/audit';
import { can, refusal } from '@waybill/domain';
import { callerOf, Requires, StepUp } from '@waybill/edge';
import { Documented } from '@waybill/management-api';
import type { FastifyRequest } from 'fastify';
import { OrganizationRepository } from '../organizations/organization.repository.js';
import { RepositoriesService } from '../repositories/repositories.service.js';
import { RepositoryOfPath } from '../repositories/repository-of-path.resource.js';
import { TransferOffersService } from './transfer-offers.service.js';
import type { TransferView } from './transfers.schema.js';
import { OfferBody, transferView, viewOf } from './transfers.schema.js';

@Controller('api/v1/repositories')
export class RepositoryTransferHttpController {
  readonly #repositories: RepositoriesService;
  readonly #offers: TransferOffersService;
  readonly #organizations: OrganizationRepository;

  constructor(repositories: RepositoriesService, offers: TransferOffersService, organizations: OrganizationRepository) {
    this.#repositories = repositories;
    this.#offers = offers;
    this.#organizations = organizations;
  }

  @Post(':slug/transfer')
  @Requires('admin', RepositoryOfPath, 'admin on the organization that owns it')
  @StepUp()
  @Documented({
    summary: 'Transfer a repository to another organization',
    description:
      'At once where the caller administers both organizations; otherwise an admin of the other one accepts it within 7 days. ' +
      'The answer does not tell whether there is an organization of that name.',
    returns: transferView,
    errors: [
      'transfer.same-organization 400',
      'transfer.pending',
      'transfer.changed-meanwhile',
      'transfer.too-many 413',
      'repository.not-announced 503',
    ],
    operation: 'transferRepository',
  })
  async transfer(
    @Req() request: FastifyRequest,
    @Param('slug') slug: string,
    @Body() { to }: OfferBody,
  ): Promise<TransferView> {
    const caller = callerOf(request);
    const { repositoryId, organizationId } = await this.#repositories.view(slug);
    // Leaving an organization is its own business: a grant on the repository alone does not let anybody take it away.
    const decision = can(caller, 'admin', { kind: 'organization', organizationId });
    if (!decision.allowed) throw refusal({ ...decision, because: 'known' }, slug);
    const by = actorOfRequest(request);
    const wish = { kind: 'repository', subjectId: repositoryId, from: organizationId, to, caller, by } as const;
    const transfer = await this.#offers.offer(wish);
    return viewOf(transfer, await this.#organizations.namesOf([organizationId]));
  }
}
