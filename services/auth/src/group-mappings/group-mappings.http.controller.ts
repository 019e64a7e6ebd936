import { Body, Controller, Delete, Get, HttpCode, Param, ParseUUIDPipe, Post, Req } from '@nestjs/common';
import { actorOfRequest } from '@waybill/audit';
import { callerOf, Requires, StepUp } from '@waybill/edge';
import { Documented, Idempotent } from '@waybill/management-api';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { OrganizationOfPath, organizationOf } from '../organizations/organization.resource.js';
import type { GroupMappingId } from './group-mapping.entity.js';
import type { GroupMappingView } from './group-mappings.schema.js';
import { CreateGroupMappingBody, groupMappingView, viewOfGroupMapping } from './group-mappings.schema.js';
import type { MappingPlace } from './group-mappings.service.js';
import { GroupMappingsService } from './group-mappings.service.js';

@Controller('api/v1/orgs/:organization/group-mappings')
export class GroupMappingsHttpController {
  constructor(private readonly mappings: GroupMappingsService) {}

  @Get()
  @Requires('manage-access', OrganizationOfPath)
  @Documented({
    summary: 'List what groups of the identity provider give',
    returns: z.object({ items: z.array(groupMappingView) }),
  })
  async list(@Req() request: FastifyRequest): Promise<{ items: GroupMappingView[] }> {
    const { mappings, teamNames } = await this.mappings.list(organizationOf(request));
    return { items: mappings.map((mapping) => viewOfGroupMapping(mapping, teamNames)) };
  }

  @Post()
  @Idempotent()
  @StepUp()
  @Requires('manage-access', OrganizationOfPath, 'everything that the mapping gives')
  @Documented({
    summary: 'Give a role or a place in a team to whoever is in a group',
    description: 'Holds from each person’s next sign-in on. The group’s name is compared letter by letter.',
    returns: groupMappingView,
    errors: ['grant.beyond-own 403', 'group-mapping.exists', 'group-mapping.too-many', 'team.not-found 404'],
  })
  async create(@Req() request: FastifyRequest, @Body() body: CreateGroupMappingBody): Promise<GroupMappingView> {
    const mapping = await this.mappings.create(placeOf(request), body);
    const names = mapping.teamId === null ? [] : [[mapping.teamId, body.team ?? ''] as const];
    return viewOfGroupMapping(mapping, new Map(names));
  }

  @Delete(':mapping')
  @HttpCode(204)
  @StepUp()
  @Requires('manage-access', OrganizationOfPath)
  @Documented({
    summary: 'Take such a mapping back',
    description: 'What it gave, and nothing else gives, has ended when this is answered.',
    status: 204,
  })
  async remove(
    @Req() request: FastifyRequest,
    @Param('mapping', ParseUUIDPipe) mapping: GroupMappingId,
  ): Promise<void> {
    await this.mappings.remove(placeOf(request), mapping);
  }
}

function placeOf(request: FastifyRequest): MappingPlace {
  return { by: actorOfRequest(request), caller: callerOf(request), organizationId: organizationOf(request) };
}
