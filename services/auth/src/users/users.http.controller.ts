import { Body, Controller, Get, HttpCode, Param, Put, Query, Req, Res } from '@nestjs/common';
import { actorOfRequest } from '@waybill/audit';
import { callerOf, proofOf, Requires, StepUp } from '@waybill/edge';
import {
  cutPage,
  decodeCursor,
  Documented,
  etagOf,
  type Page,
  pageOf,
  PageQuery,
  personProofErrors,
  sendPage,
} from '@waybill/management-api';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { nameCursor } from '../organizations/organizations.schema.js';
import { PersonProof } from '../person-proof/person-proof.js';
import { AccountOfUsername, accountOf } from './account.resource.js';
import { Installation } from './installation.resource.js';
import type { UserView } from './users.schema.js';
import { ChangePasswordBody, InstallationAdminBody, SuspensionBody, userView, viewOfUser } from './users.schema.js';
import { UsersService } from './users.service.js';

@Controller('api/v1/users')
export class UsersHttpController {
  constructor(
    private readonly users: UsersService,
    private readonly person: PersonProof,
  ) {}

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
    description:
      'Ends every other session and token of the person. One’s own needs the current one. With a token, who has a second factor gives a `code` along.',
    errors: [
      'password.current-missing 400',
      'password.length 400',
      'password.elsewhere 409',
      'login.failed 401',
      'login.throttled 429',
      'two-factor.throttled 429',
      ...personProofErrors,
    ],
  })
  async changePassword(@Req() request: FastifyRequest, @Body() body: ChangePasswordBody): Promise<void> {
    const { code, currentPassword, newPassword } = body;
    const caller = callerOf(request);
    const userId = accountOf(request);
    const proof = proofOf(request, code);
    // One's own is proven by the password, with the second factor.
    if (caller.kind === 'anonymous' || caller.userId !== userId) await this.person.prove(caller, proof);
    const change = { caller, ...proof, currentPassword, newPassword };
    await this.users.changePassword(actorOfRequest(request), userId, change);
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
    description: 'To make one is for people: with a token, who has a second factor gives a `code` along.',
    errors: ['installation.last-admin', ...personProofErrors, 'two-factor.throttled 429'],
  })
  async setInstallationAdmin(
    @Req() request: FastifyRequest,
    @Param('username') username: string,
    @Body() { installationAdmin, code }: InstallationAdminBody,
  ): Promise<void> {
    if (installationAdmin) await this.person.prove(callerOf(request), proofOf(request, code));
    await this.users.setInstallationAdmin(actorOfRequest(request), username, installationAdmin);
  }
}
