import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Put, Query, Req, Res } from '@nestjs/common';
import { actorOfRequest } from '@waybill/audit';
import type { OrganizationId } from '@waybill/domain';
import { can } from '@waybill/domain';
import { callerOf, edgeContextOf, Requires, StepUp } from '@waybill/edge';
import type { Page } from '@waybill/management-api';
import { decodeCursor, Documented, encodeCursor, Idempotent, sendPage } from '@waybill/management-api';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { OrganizationOfPath, organizationOf } from '../organizations/organization.resource.js';
import { nameCursor } from '../organizations/organizations.schema.js';
import { MembershipOfPath } from './member.resource.js';
import type { AddedMemberView, MemberView } from './memberships.schema.js';
import {
  AddMembershipBody,
  addedMemberView,
  ChangeMembershipBody,
  memberPage,
  MembersQuery,
  viewOfMember,
} from './memberships.schema.js';
import type { MembershipTarget } from './memberships.service.js';
import { MembershipsService } from './memberships.service.js';

const roleErrors = [
  'membership.owners-only 403',
  'grant.beyond-own 403',
  'membership.not-found 404',
  'membership.last-owner 409',
];

@Controller('api/v1/orgs/:organization/members')
export class MembershipsHttpController {
  constructor(
    private readonly memberships: MembershipsService,
    private readonly membershipOfPath: MembershipOfPath,
  ) {}

  @Get()
  @Requires('read', OrganizationOfPath, 'manage-access or audit, to see others where the directory is private')
  @Documented({
    summary: 'List members by username',
    description: 'Where the directory is private, only who manages access or audits sees anybody but themselves.',
    returns: memberPage,
  })
  async list(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Query() { cursor, limit, role }: MembersQuery,
  ): Promise<Page<MemberView>> {
    const caller = callerOf(request);
    const organizationId = organizationOf(request);
    const after = decodeCursor(cursor, nameCursor) ?? '';
    const found = await this.memberships.list(caller, organizationId, { after, limit: limit + 1, role });
    const items = found.slice(0, limit);
    const isManager = can(caller, 'manage-access', { kind: 'organization', organizationId }).allowed;
    const next = found.length > limit ? encodeCursor(items.at(-1)?.username) : null;
    return sendPage(request, reply, { items: items.map((member) => viewOfMember(member, isManager)), next });
  }

  @Post()
  @Requires('manage-access', OrganizationOfPath, 'an owner, to make owners')
  @StepUp()
  @Idempotent()
  @Documented({
    summary: 'Invite a member',
    description: `They are a member once they accept. An administrator of the installation makes them one at once, and is told
whether there is such a person; nobody else is.`,
    returns: addedMemberView,
    errors: [
      'membership.owners-only 403',
      'grant.beyond-own 403',
      'user.not-found 404',
      'membership.exists 409',
      'membership.too-many 409',
      'invitation.exists 409',
      'invitation.too-many 429',
    ],
  })
  async add(@Req() request: FastifyRequest, @Body() { username, role }: AddMembershipBody): Promise<AddedMemberView> {
    const { externalUrl } = edgeContextOf(request);
    const target = { ...targetOf(request, organizationOf(request), username), externalUrl };
    const invitation = await this.memberships.add(target, role);
    const state = invitation === undefined ? 'member' : 'invited';
    return { username: username.toLowerCase(), role, state, invitation: invitation?.invitationId ?? null };
  }

  @Put(':username')
  @HttpCode(204)
  @Requires('manage-access', OrganizationOfPath, 'an owner, to make or unmake owners')
  @StepUp()
  @Documented({ summary: 'Set the role of a member', status: 204, errors: roleErrors })
  async setRole(
    @Req() request: FastifyRequest,
    @Param('username') username: string,
    @Body() { role }: ChangeMembershipBody,
  ): Promise<void> {
    await this.memberships.changeRole(targetOf(request, organizationOf(request), username), role);
  }

  @Patch(':username')
  @HttpCode(204)
  @Requires('manage-access', OrganizationOfPath, 'an owner, to make or unmake owners')
  @StepUp()
  @Documented({ summary: 'Change the role of a member', status: 204, errors: roleErrors })
  async changeRole(
    @Req() request: FastifyRequest,
    @Param('username') username: string,
    @Body() { role }: ChangeMembershipBody,
  ): Promise<void> {
    await this.memberships.changeRole(targetOf(request, organizationOf(request), username), role);
  }

  @Delete(':username')
  @HttpCode(204)
  @Requires('manage-access', MembershipOfPath, 'nothing, to leave oneself; an owner, to remove owners')
  @StepUp()
  @Documented({
    summary: 'Remove a member, or leave',
    description:
      'They leave all teams of the organization and lose what it gave them directly. Success also for who is no member.',
    status: 204,
    errors: ['membership.owners-only 403', 'grant.beyond-own 403', 'membership.last-owner 409'],
  })
  async remove(@Req() request: FastifyRequest, @Param('username') username: string): Promise<void> {
    const { organizationId, isOwn } = await this.membershipOfPath.membershipOf(request);
    const target = targetOf(request, organizationId, username);
    await (isOwn ? this.memberships.leave(target) : this.memberships.remove(target));
  }
}

function targetOf(request: FastifyRequest, organizationId: OrganizationId, username: string): MembershipTarget {
  return { by: actorOfRequest(request), caller: callerOf(request), organizationId, username };
}
