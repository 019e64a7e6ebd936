import { Body, Controller, Delete, HttpCode, Post, Req } from '@nestjs/common';
import { actorOfRequest } from '@waybill/audit';
import { callerOf, edgeContextOf, Requires, StepUp } from '@waybill/edge';
import { Documented } from '@waybill/management-api';
import type { FastifyRequest } from 'fastify';
import { requireSession } from '../sessions/sessions.service.js';
import { OwnAccount } from '../users/account.resource.js';
import {
  begunTwoFactorView,
  ConfirmTwoFactorBody,
  recoveryCodesView,
  type RecoveryCodesView,
} from './two-factor.schema.js';
import type { BegunTwoFactor } from './two-factor.service.js';
import { TwoFactorService } from './two-factor.service.js';

const sessionsOnly = 'browser sessions only';
const sessionErrors = ['auth.session-required 403', 'auth.step-up-required 403'];

/** One's own second factor. Nothing of it is for tokens: whoever finds one must not shut its owner out. */
@Controller('api/v1/account/two-factor')
export class TwoFactorHttpController {
  constructor(private readonly twoFactor: TwoFactorService) {}

  @Post()
  @Requires('admin', OwnAccount, sessionsOnly)
  @StepUp()
  @Documented({
    summary: 'Begin to set up a second factor',
    description: 'The secret is shown here and never again. It is asked for once a code of it was confirmed.',
    returns: begunTwoFactorView,
    operation: 'beginTwoFactor',
    errors: ['two-factor.enabled', ...sessionErrors],
  })
  async begin(@Req() request: FastifyRequest): Promise<BegunTwoFactor> {
    const { userId } = requireSession(callerOf(request));
    return this.twoFactor.begin(userId, new URL(edgeContextOf(request).externalUrl).host);
  }

  @Post('confirm')
  @HttpCode(200)
  @Requires('admin', OwnAccount, sessionsOnly)
  @StepUp()
  @Documented({
    summary: 'Confirm the second factor with a code',
    description: 'Answers with ten recovery codes, each good for one sign-in. They are shown here and never again.',
    returns: recoveryCodesView,
    status: 200,
    operation: 'confirmTwoFactor',
    errors: [
      'two-factor.enabled',
      'two-factor.not-begun',
      'two-factor.wrong-code 400',
      'two-factor.throttled 429',
      ...sessionErrors,
    ],
  })
  async confirm(@Req() request: FastifyRequest, @Body() { code }: ConfirmTwoFactorBody): Promise<RecoveryCodesView> {
    const { userId, sessionId } = requireSession(callerOf(request));
    const recoveryCodes = await this.twoFactor.confirm({ by: actorOfRequest(request), userId, sessionId }, code);
    return { recoveryCodes: [...recoveryCodes] };
  }

  @Post('recovery-codes')
  @HttpCode(200)
  @Requires('admin', OwnAccount, sessionsOnly)
  @StepUp()
  @Documented({
    summary: 'Renew the recovery codes',
    returns: recoveryCodesView,
    status: 200,
    operation: 'renewRecoveryCodes',
    errors: ['two-factor.not-enabled', ...sessionErrors],
  })
  async renewRecoveryCodes(@Req() request: FastifyRequest): Promise<RecoveryCodesView> {
    const { userId } = requireSession(callerOf(request));
    return { recoveryCodes: [...(await this.twoFactor.renewRecoveryCodes(actorOfRequest(request), userId))] };
  }

  @Delete()
  @HttpCode(204)
  @Requires('admin', OwnAccount, sessionsOnly)
  @StepUp()
  @Documented({
    summary: 'Disable the second factor',
    status: 204,
    operation: 'disableTwoFactor',
    errors: sessionErrors,
  })
  async disable(@Req() request: FastifyRequest): Promise<void> {
    const { userId } = requireSession(callerOf(request));
    await this.twoFactor.disable(actorOfRequest(request), userId);
  }
}
