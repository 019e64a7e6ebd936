import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query, Req } from '@nestjs/common';
import { actorOfRequest } from '@waybill/audit';
import { callerOf, Requires } from '@waybill/edge';
import type { FastifyRequest } from 'fastify';
import { OrganizationOfPath, organizationOf } from '../organizations/organization.resource.js';
import { PageQuery } from '../users/users.schema.js';
import type { Member } from './memberships.repository.js';
import { AddMembershipBody, ChangeMembershipBody } from './memberships.schema.js';
import type { MembershipTarget } from './memberships.service.js';
import { MembershipsService } from './memberships.service.js';

@Controller('api/v1/orgs/:organization/members')
export class MembershipsHttpController {
  constructor(private readonly memberships: MembershipsService) {}

  @Get()
  @Requires('read', OrganizationOfPath)
  async list(
    @Req() request: FastifyRequest,
    @Query() { after, limit }: PageQuery,
  ): Promise<{ items: Member[]; next: string | null }> {
    const items = await this.memberships.list(organizationOf(request), after, limit);
    return { items, next: items.length === limit ? (items.at(-1)?.username ?? null) : null };
  }

  @Post()
  @Requires('manage-access', OrganizationOfPath)
  async add(@Req() request: FastifyRequest, @Body() { username, role }: AddMembershipBody): Promise<Member> {
    await this.memberships.add(targetOf(request, username), role);
    return { username: username.toLowerCase(), role };
  }

  @Put(':username')
  @HttpCode(204)
  @Requires('manage-access', OrganizationOfPath)
  async changeRole(
    @Req() request: FastifyRequest,
    @Param('username') username: string,
    @Body() { role }: ChangeMembershipBody,
  ): Promise<void> {
    await this.memberships.changeRole(targetOf(request, username), role);
  }

  @Delete(':username')
  @HttpCode(204)
  @Requires('manage-access', OrganizationOfPath)
  async remove(@Req() request: FastifyRequest, @Param('username') username: string): Promise<void> {
    await this.memberships.remove(targetOf(request, username));
  }
}

function targetOf(request: FastifyRequest, username: string): MembershipTarget {
  const by = actorOfRequest(request);
  return { by, caller: callerOf(request), organizationId: organizationOf(request), username };
}
