import { Body, Controller, Delete, Get, HttpCode, Req, Res } from '@nestjs/common';
import { actorOfRequest } from '@waybill/audit';
import type { UserId } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import { callerOf, Requires, StepUp } from '@waybill/edge';
import { Documented, etagOf, requireMatch } from '@waybill/management-api';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { requireSession } from '../sessions/sessions.service.js';
import { TwoFactorsRepository } from '../two-factor/two-factors.repository.js';
import { AccountOfUsername, accountOf, OwnAccount } from '../users/account.resource.js';
import type { UserEntity } from '../users/user.entity.js';
import { UsersRepository } from '../users/users.repository.js';
import { viewOfUser } from '../users/users.schema.js';
import { AccountDeletion } from './account-deletion.service.js';
import { AccountExport } from './account-export.repository.js';
import { accountExportView, accountView, type AccountView, DeleteAccountBody } from './accounts.schema.js';

@Controller('api/v1')
export class AccountsHttpController {
  constructor(
    private readonly users: UsersRepository,
    private readonly twoFactors: TwoFactorsRepository,
    private readonly deletion: AccountDeletion,
    private readonly exports: AccountExport,
  ) {}

  @Get('account')
  @Requires('read', OwnAccount)
  @Documented({ summary: 'Look at your account', returns: accountView, etag: true, operation: 'viewOwnAccount' })
  async view(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<AccountView> {
    const user = await this.#user(accountOf(request));
    reply.header('etag', etagOf(user.version));
    return this.#viewOf(user);
  }

  @Get('account/export')
  @Requires('admin', OwnAccount)
  @Documented({
    summary: 'Export all data about you',
    description:
      'Profile, memberships, teams, grants, tokens without their secrets, sessions, invitations, audit events.',
    returns: accountExportView,
    operation: 'exportOwnAccount',
  })
  async export(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<object> {
    const userId = accountOf(request);
    reply.header('content-disposition', 'attachment; filename="waybill-account.json"');
    const account = await this.#viewOf(await this.#user(userId));
    return { exportedAt: new Date().toISOString(), account, ...(await this.exports.of(userId)) };
  }

  @Delete('users/:username')
  @HttpCode(204)
  @Requires('admin', AccountOfUsername, 'a browser session, for one’s own')
  @StepUp()
  @Documented({
    summary: 'Delete an account',
    description:
      'Ends every session and token, takes every role and grant away and erases what is personal. What the person did ' +
      'stays attributed to the name, which nobody else ever gets.',
    status: 204,
    operation: 'deleteUser',
    errors: [
      'account.confirm 400',
      'auth.step-up-required 403',
      'auth.session-required 403',
      'account.last-owner',
      'installation.last-admin',
    ],
  })
  async delete(@Req() request: FastifyRequest, @Body() { confirm }: DeleteAccountBody): Promise<void> {
    const caller = callerOf(request);
    const userId = accountOf(request);
    // Whoever finds a token must not be able to delete its owner.
    if (caller.kind === 'token' && caller.userId === userId) requireSession(caller);
    await this.deletion.delete({
      by: actorOfRequest(request),
      userId,
      confirm,
      requireVersion: (version) => requireMatch(request, version),
    });
  }

  async #user(userId: UserId): Promise<UserEntity> {
    const user = await this.users.findById(userId);
    if (user !== undefined) return user;
    throw new DomainError('not-found', 'not-found', 'That user was not found.');
  }

  async #viewOf(user: UserEntity): Promise<AccountView> {
    const recoveryCodesLeft = await this.twoFactors.countRecoveryCodes(user.userId);
    const twoFactorEnabledAt = user.twoFactorEnabledAt?.toISOString() ?? null;
    return { ...viewOfUser(user), twoFactorEnabledAt, recoveryCodesLeft };
  }
}
