import { Body, Controller, Delete, Get, HttpCode, Patch, Post, Query, Req, Res } from '@nestjs/common';
import { actorOfRequest } from '@waybill/audit';
import { callerOf, Filtered, Requires, StepUp } from '@waybill/edge';
import type { Page } from '@waybill/management-api';
import {
  decodeCursor,
  Documented,
  encodeCursor,
  etagOf,
  Idempotent,
  PageQuery,
  requireMatch,
  sendPage,
} from '@waybill/management-api';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { OrganizationDeletionService } from './organization-deletion.service.js';
import { OrganizationFounding } from './organization-founding.resource.js';
import { OrganizationOfPath, organizationOf } from './organization.resource.js';
import type { Capabilities } from './organization.rules.js';
import { capabilitiesIn } from './organization.rules.js';
import { OrganizationSettingsService } from './organization-settings.service.js';
import { OrganizationTransferService } from './organization-transfer.service.js';
import type { OrganizationView } from './organizations.schema.js';
import {
  capabilitiesView,
  ChangeOrganizationBody,
  CreateOrganizationBody,
  DeleteOrganizationBody,
  nameCursor,
  organizationPage,
  organizationView,
  TransferOrganizationBody,
  viewOfOrganization,
} from './organizations.schema.js';
import { OrganizationsService } from './organizations.service.js';

@Controller('api/v1/orgs')
export class OrganizationsHttpController {
  constructor(
    private readonly organizations: OrganizationsService,
    private readonly settings: OrganizationSettingsService,
    private readonly deletion: OrganizationDeletionService,
    private readonly transfers: OrganizationTransferService,
  ) {}

  @Post()
  @Requires('admin', OrganizationFounding)
  @Idempotent()
  @Documented({
    summary: 'Found an organization',
    description: 'Administrators of the installation do; everybody where WAYBILL_ORGANIZATION_CREATION lets them.',
    returns: organizationView,
    errors: ['organization.name-taken 409', 'organization.too-many 409', 'user.not-found 404'],
    etag: true,
  })
  async create(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Body() body: CreateOrganizationBody,
  ): Promise<OrganizationView> {
    const organization = await this.organizations.create(actorOfRequest(request), callerOf(request), body);
    reply.header('etag', etagOf(organization.version));
    return viewOfOrganization(organization);
  }

  @Get()
  @Filtered('read', 'Lists only organizations that the caller may read.')
  @Documented({ summary: 'List organizations that you may see, by name', returns: organizationPage })
  async list(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Query() { cursor, limit }: PageQuery,
  ): Promise<Page<OrganizationView>> {
    const after = decodeCursor(cursor, nameCursor) ?? '';
    const found = await this.organizations.list(callerOf(request), after, limit + 1);
    const items = found.slice(0, limit);
    const next = found.length > limit ? encodeCursor(items.at(-1)?.name) : null;
    return sendPage(request, reply, { items: items.map(viewOfOrganization), next });
  }

  @Get(':organization')
  @Requires('read', OrganizationOfPath)
  @Documented({ summary: 'Get an organization', returns: organizationView, etag: true })
  async view(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<OrganizationView> {
    const organization = await this.organizations.view(organizationOf(request));
    reply.header('etag', etagOf(organization.version));
    return viewOfOrganization(organization);
  }

  @Patch(':organization')
  @Requires('manage-access', OrganizationOfPath, 'an owner, to require two factors')
  @StepUp()
  @Documented({
    summary: 'Change the settings of an organization',
    returns: organizationView,
    errors: [
      'organization.owners-only 403',
      'grant.beyond-own 403',
      'organization.no-second-factor 409',
      'etag.stale 412',
    ],
    etag: true,
  })
  async change(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Body() settings: ChangeOrganizationBody,
  ): Promise<OrganizationView> {
    const requireVersion = (version: number) => requireMatch(request, version);
    const organization = await this.settings.change({ ...wishOf(request), settings, requireVersion });
    reply.header('etag', etagOf(organization.version));
    return viewOfOrganization(organization);
  }

  @Delete(':organization')
  @HttpCode(204)
  @Requires('admin', OrganizationOfPath, 'an owner')
  @StepUp()
  @Documented({
    summary: 'Delete an organization that owns nothing',
    description: 'With its members, teams and grants. Its name stays taken for ever.',
    status: 204,
    errors: [
      'organization.owners-only 403',
      'organization.confirm 400',
      'organization.not-empty 409',
      'etag.stale 412',
    ],
  })
  async delete(@Req() request: FastifyRequest, @Body() { confirm }: DeleteOrganizationBody): Promise<void> {
    const requireVersion = (version: number) => requireMatch(request, version);
    await this.deletion.delete({ ...wishOf(request), confirm, requireVersion });
  }

  @Post(':organization/transfer')
  @HttpCode(204)
  @Requires('admin', OrganizationOfPath, 'an owner')
  @StepUp()
  @Documented({
    summary: 'Hand an organization over to another member',
    description: 'They become an owner, and you an administrator.',
    status: 204,
    errors: ['organization.owners-only 403', 'membership.not-found 404', 'organization.not-owner 409'],
  })
  async transfer(@Req() request: FastifyRequest, @Body() { username }: TransferOrganizationBody): Promise<void> {
    await this.transfers.transfer({ ...wishOf(request), username });
  }

  @Get(':organization/capabilities')
  @Requires('read', OrganizationOfPath)
  @Documented({ summary: 'Get what you may do in an organization', returns: capabilitiesView })
  async capabilities(@Req() request: FastifyRequest): Promise<Capabilities> {
    return capabilitiesIn(callerOf(request), await this.organizations.view(organizationOf(request)));
  }
}

function wishOf(request: FastifyRequest) {
  return { by: actorOfRequest(request), caller: callerOf(request), organizationId: organizationOf(request) };
}
