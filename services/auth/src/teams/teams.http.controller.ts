import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query, Req, Res } from '@nestjs/common';
import { actorOfRequest } from '@waybill/audit';
import { callerOf, Requires, StepUp } from '@waybill/edge';
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
import { OrganizationOfPath, organizationOf } from '../organizations/organization.resource.js';
import { nameCursor } from '../organizations/organizations.schema.js';
import type { TeamView } from './teams.schema.js';
import { ChangeTeamBody, CreateTeamBody, teamPage, teamView, viewOfTeam } from './teams.schema.js';
import type { InOrganization } from './teams.service.js';
import { TeamsService } from './teams.service.js';

const secretTeams = 'being in it, managing access or auditing, to see a secret team';

@Controller('api/v1/orgs/:organization/teams')
export class TeamsHttpController {
  constructor(private readonly teams: TeamsService) {}

  @Get()
  @Requires('read', OrganizationOfPath, secretTeams)
  @Documented({ summary: 'List teams by name', returns: teamPage })
  async list(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Query() { cursor, limit }: PageQuery,
  ): Promise<Page<TeamView>> {
    const after = decodeCursor(cursor, nameCursor) ?? '';
    const found = await this.teams.list(callerOf(request), organizationOf(request), { after, limit: limit + 1 });
    const items = found.slice(0, limit);
    const next = found.length > limit ? encodeCursor(items.at(-1)?.name) : null;
    return sendPage(request, reply, { items: items.map(viewOfTeam), next });
  }

  @Post()
  @Requires('manage-access', OrganizationOfPath)
  @Idempotent()
  @Documented({
    summary: 'Create a team',
    returns: teamView,
    errors: ['slug.malformed 400', 'team.name-taken 409', 'team.too-many 409'],
    etag: true,
  })
  async create(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Body() { name, displayName = null, description = null, secret = false }: CreateTeamBody,
  ): Promise<TeamView> {
    const settings = { name, displayName, description, secret };
    const team = await this.teams.create(inOrganization(request), settings);
    reply.header('etag', etagOf(team.version));
    return viewOfTeam(team);
  }

  @Get(':team')
  @Requires('read', OrganizationOfPath, secretTeams)
  @Documented({ summary: 'Get a team', returns: teamView, etag: true })
  async view(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('team') name: string,
  ): Promise<TeamView> {
    const team = await this.teams.view(callerOf(request), organizationOf(request), name);
    reply.header('etag', etagOf(team.version));
    return viewOfTeam(team);
  }

  @Patch(':team')
  @Requires('manage-access', OrganizationOfPath)
  @Documented({
    summary: 'Change a team',
    returns: teamView,
    errors: ['slug.malformed 400', 'team.name-taken 409', 'etag.stale 412'],
    etag: true,
  })
  async change(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('team') name: string,
    @Body() body: ChangeTeamBody,
  ): Promise<TeamView> {
    const requireVersion = (version: number) => requireMatch(request, version);
    const team = await this.teams.change(inOrganization(request), name, { settings: body, requireVersion });
    reply.header('etag', etagOf(team.version));
    return viewOfTeam(team);
  }

  @Delete(':team')
  @HttpCode(204)
  @Requires('manage-access', OrganizationOfPath, 'everything that was given to the team')
  @StepUp()
  @Documented({
    summary: 'Delete a team, and what was given to it',
    status: 204,
    errors: ['grant.beyond-own 403'],
  })
  async delete(@Req() request: FastifyRequest, @Param('team') name: string): Promise<void> {
    await this.teams.delete(inOrganization(request), name);
  }
}

function inOrganization(request: FastifyRequest): InOrganization {
  return { by: actorOfRequest(request), caller: callerOf(request), organizationId: organizationOf(request) };
}
