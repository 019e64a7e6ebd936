import { Body, Controller, Get, HttpCode, Param, Post, Put, Query, Req, Res } from '@nestjs/common';
import { actorOfRequest } from '@waybill/audit';
import type { UserId } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import { callerOf, edgeContextOf, Requires, resolvedResource } from '@waybill/edge';
import {
  cutPage,
  decodeCursor,
  Documented,
  Idempotent,
  type Page,
  pageOf,
  PageQuery,
  sendPage,
} from '@waybill/management-api';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { AccountOfUsername } from './account.resource.js';
import { Installation } from './installation.resource.js';
import type { UserView } from './users.schema.js';
import {
  ChangePasswordBody,
  CreateUserBody,
  InstallationAdminBody,
  SuspensionBody,
  userView,
  viewOfUser,
} from './users.schema.js';
import { UsersService } from './users.service.js';

@Controller('api/v1/users')
export class UsersHttpController {
  constructor(private readonly users: UsersService) {}

  @Post()
  @Requires('admin', Installation)
  @Idempotent()
  @Documented({ summary: 'Create a person’s account', returns: userView, errors: ['username.taken'] })
  async create(@Req() request: FastifyRequest, @Body() body: CreateUserBody): Promise<UserView> {
    return viewOfUser(await this.users.create(actorOfRequest(request), body));
  }

  @Get()
  @Requires('admin', Installation)
  @Documented({ summary: 'List all accounts', returns: pageOf(userView) })
  async list(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Query() { cursor, limit }: PageQuery,
  ): Promise<Page<UserView>> {
    const users = await this.users.list(decodeCursor(cursor, z.string().max(64)) ?? '', limit + 1);
    return sendPage(request, reply, cutPage(users, limit, { placeOf: ({ username }) => username, viewOf: viewOfUser }));
  }

  @Get(':username')
  @Requires('read', AccountOfUsername)
  @Documented({ summary: 'Look at an account', returns: userView })
  async view(@Req() request: FastifyRequest): Promise<UserView> {
    return viewOfUser(await this.users.view(userOf(request)));
  }

  @Put(':username/password')
  @HttpCode(204)
  @Requires('admin', AccountOfUsername)
  @Documented({ summary: 'Change a password', errors: ['password.current-missing 400', 'password.length 400'] })
  async changePassword(@Req() request: FastifyRequest, @Body() body: ChangePasswordBody): Promise<void> {
    await this.users.changePassword(actorOfRequest(request), userOf(request), {
      caller: callerOf(request),
      clientAddress: edgeContextOf(request).clientAddress,
      currentPassword: body.currentPassword,
      code: body.code,
      newPassword: body.newPassword,
    });
  }

  @Put(':username/suspension')
  @HttpCode(204)
  @Requires('admin', Installation)
  @Documented({ summary: 'Suspend an account, or end the suspension', errors: ['installation.last-admin'] })
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
  @Documented({
    summary: 'Make somebody an administrator of the installation, or no longer',
    errors: ['installation.last-admin'],
  })
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
