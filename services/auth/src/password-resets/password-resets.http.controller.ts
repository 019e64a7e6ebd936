import { Body, Controller, HttpCode, Param, Post, Req } from '@nestjs/common';
import { actorOfRequest } from '@waybill/audit';
import { callerOf, edgeContextOf, OpenToEverybody, proofOf, Requires, StepUp } from '@waybill/edge';
import { Documented, personProofErrors } from '@waybill/management-api';
import type { FastifyRequest } from 'fastify';
import { PersonProof } from '../person-proof/person-proof.js';
import { Installation } from '../users/installation.resource.js';
import {
  CreatePasswordResetBody,
  ResetPasswordBody,
  resetLinkView,
  type ResetLinkView,
} from './password-resets.schema.js';
import { PasswordResets } from './password-resets.service.js';

@Controller('api/v1')
export class PasswordResetsHttpController {
  constructor(
    private readonly resets: PasswordResets,
    private readonly person: PersonProof,
  ) {}

  @Post('users/:username/password-reset')
  @Requires('admin', Installation)
  @StepUp()
  @Documented({
    summary: 'Make a link to reset a password',
    description:
      'Good once, for an hour. Hand it to the person; it is shown here and never again. Whoever signs in elsewhere alone gets none, unless the installation allows it. `unlinkIdentities`, for an account that was taken: other systems that open it, its password, sessions and tokens end at once. With a token, who has a second factor gives a `code` along.',
    returns: resetLinkView,
    operation: 'createPasswordReset',
    errors: [...personProofErrors, 'password.elsewhere 409', 'two-factor.throttled 429'],
  })
  async create(
    @Req() request: FastifyRequest,
    @Param('username') username: string,
    @Body() body?: CreatePasswordResetBody,
  ): Promise<ResetLinkView> {
    const { externalUrl } = edgeContextOf(request);
    const wish = { username, unlinkIdentities: body?.unlinkIdentities ?? false };
    await this.person.prove(callerOf(request), proofOf(request, body?.code));
    const { link, expiresAt } = await this.resets.create(actorOfRequest(request), wish, externalUrl);
    return { link, expiresAt: expiresAt.toISOString() };
  }

  @Post('password-resets/:secret')
  @HttpCode(204)
  @OpenToEverybody('Whoever has the secret was handed the link, which is good once.')
  @Documented({
    summary: 'Set a new password with a link',
    description:
      'Sessions and tokens of before end. Other systems that open the account go on doing so; a mail names them.',
    status: 204,
    operation: 'resetPassword',
    errors: ['password.length 400', 'not-found 404', 'login.busy 503'],
  })
  async use(
    @Req() request: FastifyRequest,
    @Param('secret') secret: string,
    @Body() { newPassword }: ResetPasswordBody,
  ): Promise<void> {
    const { requestId, clientAddress } = edgeContextOf(request);
    await this.resets.use({ requestId, clientAddress }, secret, newPassword);
  }
}
