import { Body, Controller, Get, HttpCode, Param, Post, Put, Query, Req } from '@nestjs/common';
import { actorOfRequest } from '@waybill/audit';
import type { UserId } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import { callerOf, edgeContextOf, Requires, resolvedResource } from '@waybill/edge';
import type { FastifyRequest } from 'fastify';
import { AccountOfUsername } from './account.resource.js';
import { Installation } from './installation.resource.js';
import type { UserView } from './users.schema.js';
import {
  ChangePasswordBody,
  CreateUserBody,
  InstallationAdminBody,
  PageQuery,
  SuspensionBody,
  viewOfUser,
} from './users.schema.js';
import { UsersService } from './users.service.js';

@Controller('api/v1/users')
export class UsersHttpController {
  constructor(private readonly users: UsersService) {}

  @Post()
  @Requires('admin', Installation)
  async create(@Req() request: FastifyRequest, @Body() body: CreateUserBody): Promise<UserView> {
    return viewOfUser(await this.users.create(actorOfRequest(request), body));
  }

  @Get()
  @Requires('admin', Installation)
  async list(@Query() { after, limit }: PageQuery): Promise<{ items: UserView[]; next: string | null }> {
    const users = await this.users.list(after, limit);
    return { items: users.map(viewOfUser), next: users.length === limit ? (users.at(-1)?.username ?? null) : null };
  }

  @Get(':username')
  @Requires('read', AccountOfUsername)
  async view(@Req() request: FastifyRequest): Promise<UserView> {
    return viewOfUser(await this.users.view(userOf(request)));
  }

  @Put(':username/password')
  @HttpCode(204)
  @Requires('admin', AccountOfUsername)
  async changePassword(@Req() request: FastifyRequest, @Body() body: ChangePasswordBody): Promise<void> {
    await this.users.changePassword(actorOfRequest(request), userOf(request), {
      caller: callerOf(request),
      clientAddress: edgeContextOf(request).clientAddress,
      currentPassword: body.currentPassword,
      newPassword: body.newPassword,
    });
  }

  @Put(':username/suspension')
  @HttpCode(204)
  @Requires('admin', Installation)
  async setSuspended(
    @Req() request: FastifyRequest,
    @Param('username') username: string,
    @Body() { suspended }: SuspensionBody,
  ): Promise<void> {
    await this.users.setSuspended(actorOfRequest(request), username, suspended);
  }

  @Put(':username/installation-admin')
  @HttpCode(204)
  @Requires('admin', Installation)
  async setInstallationAdmin(
    @Req() request: FastifyRequest,
    @Param('username') username: string,
    @Body() { installationAdmin }: InstallationAdminBody,
  ): Promise<void> {
    await this.users.setInstallationAdmin(actorOfRequest(request), username, installationAdmin);
  }
}

function userOf(request: FastifyRequest): UserId {
  const resource = resolvedResource(request);
  if (resource.kind === 'account') return resource.userId;
  throw new DomainError('internal', 'internal', 'This route is not about an account.');
}
