import { Body, Controller, Get, Post, Query, Req } from '@nestjs/common';
import { actorOfRequest } from '@waybill/audit';
import { callerOf, Filtered, Requires } from '@waybill/edge';
import type { FastifyRequest } from 'fastify';
import { Installation } from '../users/installation.resource.js';
import { PageQuery } from '../users/users.schema.js';
import { OrganizationOfPath, organizationOf } from './organization.resource.js';
import type { OrganizationView } from './organizations.schema.js';
import { CreateOrganizationBody, viewOfOrganization } from './organizations.schema.js';
import { OrganizationsService } from './organizations.service.js';

@Controller('api/v1/orgs')
export class OrganizationsHttpController {
  constructor(private readonly organizations: OrganizationsService) {}

  @Post()
  @Requires('admin', Installation)
  async create(@Req() request: FastifyRequest, @Body() body: CreateOrganizationBody): Promise<OrganizationView> {
    return viewOfOrganization(await this.organizations.create(actorOfRequest(request), body.name, body.owner));
  }

  @Get()
  @Filtered('read', 'Lists only organizations that the caller may read.')
  async list(
    @Req() request: FastifyRequest,
    @Query() { after, limit }: PageQuery,
  ): Promise<{ items: OrganizationView[]; next: string | null }> {
    const found = await this.organizations.list(callerOf(request), after, limit);
    return { items: found.map(viewOfOrganization), next: found.length === limit ? (found.at(-1)?.name ?? null) : null };
  }

  @Get(':organization')
  @Requires('read', OrganizationOfPath)
  async view(@Req() request: FastifyRequest): Promise<OrganizationView> {
    return viewOfOrganization(await this.organizations.view(organizationOf(request)));
  }
}
