import { Body, Controller, Get, HttpCode, Param, Put, Query, Req, Res } from '@nestjs/common';
import { actorOfRequest } from '@waybill/audit';
import { callerOf, edgeContextOf, Requires, StepUp } from '@waybill/edge';
import {
  cutPage,
  decodeCursor,
  Documented,
  etagOf,
  type Page,
  pageOf,
  PageQuery,
  sendPage,
} from '@waybill/management-api';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { nameCursor } from '../organizations/organizations.schema.js';
import { AccountOfUsername, accountOf } from './account.resource.js';
import { Installation } from './installation.resource.js';
import type { UserView } from './users.schema.js';
import { ChangePasswordBody, InstallationAdminBody, SuspensionBody, userView, viewOfUser } from './users.schema.js';
import { UsersService } from './users.service.js';

@Controller('api/v1/users')
export class UsersHttpController {
  constructor(private readonly users: UsersService) {}

  @Get()
  @Requires('admin', Installation)
  @Documented({ summary: 'List all accounts', returns: pageOf(userView) })
  async list(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Query() { cursor, limit }: PageQuery,
  ): Promise<Page<UserView>> {
    const users = await this.users.list(decodeCursor(cursor, nameCursor) ?? '', limit + 1);
    return sendPage(request, reply, cutPage(users, limit, { placeOf: ({ username }) => username, viewOf: viewOfUser }));
  }

  @Get(':username')
  @Requires('read', AccountOfUsername)
  @Documented({ summary: 'Look at an account', returns: userView, etag: true })
  async view(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<UserView> {
    const user = await this.users.view(accountOf(request));
    reply.header('etag', etagOf(user.version));
    return viewOfUser(user);
  }

  @Put(':username/password')
  @HttpCode(204)
  @Requires('admin', AccountOfUsername)
  @StepUp()
  @Documented({
    summary: 'Change a password',
    description: 'Ends every other session and token of the person. One’s own needs the current one.',
    errors: [
      'password.current-missing 400',
      'password.length 400',
      'password.elsewhere 409',
      'login.failed 401',
      'login.second-factor-needed 401',
      'login.second-factor-failed 401',
      'login.throttled 429',
    ],
  })
  async changePassword(@Req() request: FastifyRequest, @Body() body: ChangePasswordBody): Promise<void> {
    await this.users.changePassword(actorOfRequest(request), accountOf(request), {
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
  @StepUp()
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
  @StepUp()
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
