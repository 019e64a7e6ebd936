import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query, Req, Res } from '@nestjs/common';
import { actorOfRequest } from '@waybill/audit';
import { Requires, StepUp } from '@waybill/edge';
import type { Page } from '@waybill/management-api';
import {
  decodeCursor,
  Documented,
  encodeCursor,
  etagOf,
  Idempotent,
  pageOf,
  PageQuery,
  requireMatch,
  sendPage,
} from '@waybill/management-api';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { OrganizationOfPath, organizationOf } from '../organizations/organization.resource.js';
import { nameCursor } from '../organizations/organizations.schema.js';
import type { ServiceAccount } from './service-accounts.repository.js';
import type { ServiceAccountView } from './service-accounts.schema.js';
import {
  ChangeServiceAccountBody,
  CreateServiceAccountBody,
  serviceAccountView,
  viewOfServiceAccount,
} from './service-accounts.schema.js';
import { ServiceAccountsService } from './service-accounts.service.js';

const place = z.strictObject({ name: nameCursor });

@Controller('api/v1/orgs/:organization/service-accounts')
export class ServiceAccountsHttpController {
  constructor(private readonly accounts: ServiceAccountsService) {}

  @Get()
  @Requires('manage-access', OrganizationOfPath)
  @Documented({ summary: 'List the service accounts of an organization', returns: pageOf(serviceAccountView) })
  async list(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Query() { limit, cursor }: PageQuery,
  ): Promise<Page<ServiceAccountView>> {
    const after = decodeCursor(cursor, place)?.name ?? '';
    const found = await this.accounts.page(organizationOf(request), limit + 1, after);
    const shown = found.slice(0, limit);
    const next = found.length > limit ? encodeCursor({ name: shown.at(-1)?.name ?? '' }) : null;
    return sendPage(request, reply, { items: shown.map(viewOfServiceAccount), next });
  }

  @Post()
  @Requires('manage-access', OrganizationOfPath)
  @StepUp()
  @Idempotent()
  @Documented({
    summary: 'Create a service account',
    description: 'It may do nothing until it is given something, and has no password: it comes with tokens.',
    returns: serviceAccountView,
    errors: ['service-account.name-taken 409', 'service-account.too-many 409', 'slug.malformed 400'],
  })
  async create(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Body() { name, description = '' }: CreateServiceAccountBody,
  ): Promise<ServiceAccountView> {
    const account = await this.accounts.create(actorOfRequest(request), organizationOf(request), {
      name,
      description,
    });
    return this.#answer(reply, account);
  }

  @Get(':name')
  @Requires('manage-access', OrganizationOfPath)
  @Documented({ summary: 'Show a service account', returns: serviceAccountView, etag: true })
  async view(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('name') name: string,
  ): Promise<ServiceAccountView> {
    return this.#answer(reply, await this.accounts.view({ organizationId: organizationOf(request), name }));
  }

  @Patch(':name')
  @Requires('manage-access', OrganizationOfPath)
  @StepUp()
  @Documented({
    summary: 'Describe, suspend or resume a service account',
    description: 'Suspending ends its tokens for good.',
    returns: serviceAccountView,
    errors: ['etag.stale 412'],
    etag: true,
  })
  async change(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('name') name: string,
    @Body() body: ChangeServiceAccountBody,
  ): Promise<ServiceAccountView> {
    const { description, suspended } = body;
    const account = await this.accounts.change(
      actorOfRequest(request),
      { organizationId: organizationOf(request), name },
      {
        ...(description === undefined ? {} : { description: description ?? '' }),
        ...(suspended === undefined ? {} : { suspended }),
        requireVersion: (version) => {
          requireMatch(request, version);
        },
      },
    );
    return this.#answer(reply, account);
  }

  @Delete(':name')
  @HttpCode(204)
  @Requires('manage-access', OrganizationOfPath)
  @StepUp()
  @Documented({
    summary: 'Delete a service account',
    description: 'Its tokens, grants and teams end. Its name is not used again.',
    status: 204,
    errors: ['etag.stale 412'],
  })
  async delete(@Req() request: FastifyRequest, @Param('name') name: string): Promise<void> {
    await this.accounts.delete(
      actorOfRequest(request),
      { organizationId: organizationOf(request), name },
      (version) => {
        requireMatch(request, version);
      },
    );
  }

  #answer(reply: FastifyReply, account: ServiceAccount): ServiceAccountView {
    reply.header('etag', etagOf(account.version));
    return viewOfServiceAccount(account);
  }
}
