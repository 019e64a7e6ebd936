import { Body, Controller, Delete, Get, HttpCode, Param, Put, Query, Req, Res } from '@nestjs/common';
import { actorOfRequest } from '@waybill/audit';
import { callerOf, Requires, StepUp } from '@waybill/edge';
import type { Page } from '@waybill/management-api';
import { decodeCursor, Documented, encodeCursor, PageQuery, sendPage } from '@waybill/management-api';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { OrganizationOfPath, organizationOf } from '../organizations/organization.resource.js';
import { nameCursor } from '../organizations/organizations.schema.js';
import { TeamMembersService } from './team-members.service.js';
import { TeamMembershipOfPath } from './team.resource.js';
import type { TeamMemberView } from './teams.schema.js';
import { TeamMemberBody, teamMemberPage, viewOfTeamMember } from './teams.schema.js';
import type { InOrganization } from './teams.service.js';

const further = 'everything that was given to the team; a maintainer of the team has all of this';

@Controller('api/v1/orgs/:organization/teams/:team/members')
export class TeamMembersHttpController {
  constructor(
    private readonly members: TeamMembersService,
    private readonly place: TeamMembershipOfPath,
  ) {}

  @Get()
  @Requires('read', OrganizationOfPath, 'what GET of the team asks for')
  @Documented({
    summary: 'List the members of a team by username',
    description: 'Where the directory of the organization is private, members see only themselves.',
    returns: teamMemberPage,
  })
  async list(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('team') team: string,
    @Query() { cursor, limit }: PageQuery,
  ): Promise<Page<TeamMemberView>> {
    const after = decodeCursor(cursor, nameCursor) ?? '';
    const page = { team, after, limit: limit + 1 };
    const found = await this.members.list(callerOf(request), organizationOf(request), page);
    const items = found.slice(0, limit);
    const next = found.length > limit ? encodeCursor(items.at(-1)?.username) : null;
    return sendPage(request, reply, { items: items.map(viewOfTeamMember), next });
  }

  @Put(':username')
  @HttpCode(204)
  @Requires('manage-access', TeamMembershipOfPath, further)
  @StepUp()
  @Documented({
    summary: 'Put a member or a service account of the organization into a team',
    description: 'Others are invited first: an invitation names teams.',
    status: 204,
    errors: ['team.not-of-organization 409', 'team.full 409', 'grant.beyond-own 403'],
  })
  async set(
    @Req() request: FastifyRequest,
    @Param('team') team: string,
    @Param('username') username: string,
    @Body() { maintainer }: TeamMemberBody,
  ): Promise<void> {
    await this.members.set(await this.#where(request), team, { username, maintainer });
  }

  @Delete(':username')
  @HttpCode(204)
  @Requires('manage-access', TeamMembershipOfPath, `${further}; nothing, to leave it oneself`)
  @StepUp()
  @Documented({
    summary: 'Take somebody out of a team, or leave it',
    status: 204,
    errors: ['grant.beyond-own 403'],
  })
  async remove(
    @Req() request: FastifyRequest,
    @Param('team') team: string,
    @Param('username') username: string,
  ): Promise<void> {
    await this.members.remove(await this.#where(request), team, username);
  }

  async #where(request: FastifyRequest): Promise<InOrganization> {
    const organizationId = await this.place.organizationIdOf(request);
    return { by: actorOfRequest(request), caller: callerOf(request), organizationId };
  }
}
