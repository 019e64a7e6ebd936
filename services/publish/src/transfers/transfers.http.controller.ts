import { Body, Controller, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { actorOfRequest } from '@waybill/audit';
import { callerOf, Filtered, Requires, StepUp } from '@waybill/edge';
import type { Page } from '@waybill/management-api';
import { Documented, pageOf, sendPage } from '@waybill/management-api';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { OrganizationRepository } from '../organizations/organization.repository.js';
import { EitherSideOfTransfer, OfferingSideOfTransfer, ReceivingSideOfTransfer } from './transfer-of-path.resource.js';
import type { TransferEntity } from './transfer.entity.js';
import type { TransferView } from './transfers.schema.js';
import { AcceptBody, TransfersQuery, transferView, viewOf } from './transfers.schema.js';
import { TransfersService } from './transfers.service.js';

@Controller('api/v1/transfers')
export class TransfersHttpController {
  readonly #transfers: TransfersService;
  readonly #organizations: OrganizationRepository;

  constructor(transfers: TransfersService, organizations: OrganizationRepository) {
    this.#transfers = transfers;
    this.#organizations = organizations;
  }

  @Get()
  @Filtered('admin', 'lists only transfers from and to organizations that the caller administers')
  @Documented({
    summary: 'List transfers of repositories, packages and namespaces',
    returns: pageOf(transferView),
    operation: 'listTransfers',
  })
  async list(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Query() query: TransfersQuery,
  ): Promise<Page<TransferView>> {
    const { items, next } = await this.#transfers.list(callerOf(request), query);
    return sendPage(request, reply, { items: await this.#viewsOf(items), next });
  }

  @Get(':transferId')
  @Requires('admin', EitherSideOfTransfer)
  @Documented({ summary: 'Show a transfer', returns: transferView, operation: 'getTransfer' })
  async view(@Param('transferId') transferId: string): Promise<TransferView> {
    return this.#viewOf(await this.#transfers.view(transferId));
  }

  @Post(':transferId/accept')
  @HttpCode(200)
  @Requires('admin', ReceivingSideOfTransfer)
  @StepUp()
  @Documented({
    summary: 'Accept a transfer',
    description:
      'From then on it belongs to the organization it was offered to, and what the other one gave on it ends. A package goes ' +
      'into the repository that the body names.',
    returns: transferView,
    status: 200,
    errors: [
      'transfer.settled',
      'transfer.changed-meanwhile',
      'transfer.needs-repository 400',
      'repository.archived',
      'package.name-taken',
      'package.waiting',
      'repository.not-announced 503',
      'package.not-announced 503',
    ],
    operation: 'acceptTransfer',
  })
  async accept(
    @Req() request: FastifyRequest,
    @Param('transferId') transferId: string,
    @Body() { repository }: AcceptBody,
  ): Promise<TransferView> {
    return this.#viewOf(await this.#transfers.accept(transferId, actorOfRequest(request), repository));
  }

  @Post(':transferId/decline')
  @HttpCode(200)
  @Requires('admin', ReceivingSideOfTransfer)
  @Documented({
    summary: 'Decline a transfer',
    returns: transferView,
    status: 200,
    errors: ['transfer.settled'],
    operation: 'declineTransfer',
  })
  async decline(@Req() request: FastifyRequest, @Param('transferId') transferId: string): Promise<TransferView> {
    return this.#viewOf(await this.#transfers.decline(transferId, actorOfRequest(request)));
  }

  @Post(':transferId/cancel')
  @HttpCode(200)
  @Requires('admin', OfferingSideOfTransfer)
  @Documented({
    summary: 'Take back a transfer that nobody has accepted',
    returns: transferView,
    status: 200,
    errors: ['transfer.settled'],
    operation: 'cancelTransfer',
  })
  async cancel(@Req() request: FastifyRequest, @Param('transferId') transferId: string): Promise<TransferView> {
    return this.#viewOf(await this.#transfers.cancel(transferId, actorOfRequest(request)));
  }

  async #viewOf(transfer: TransferEntity): Promise<TransferView> {
    return viewOf(transfer, await this.#organizations.namesOf([transfer.fromOrganizationId]));
  }

  async #viewsOf(transfers: readonly TransferEntity[]): Promise<TransferView[]> {
    const names = await this.#organizations.namesOf(transfers.map((transfer) => transfer.fromOrganizationId));
    return transfers.map((transfer) => viewOf(transfer, names));
  }
}
