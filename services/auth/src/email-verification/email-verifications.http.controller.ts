import { Controller, HttpCode, Param, Post, Req } from '@nestjs/common';
import { edgeContextOf, OpenToEverybody, Requires } from '@waybill/edge';
import { Documented } from '@waybill/management-api';
import type { FastifyRequest } from 'fastify';
import { accountOf, OwnAccount } from '../users/account.resource.js';
import { EmailVerifications } from './email-verifications.service.js';

@Controller('api/v1')
export class EmailVerificationsHttpController {
  constructor(private readonly verifications: EmailVerifications) {}

  @Post('account/email-verification')
  @HttpCode(204)
  @Requires('metadata', OwnAccount)
  @Documented({
    summary: 'Send a mail that verifies your address',
    description: 'Its link is good once and for a day, and for the address that it was sent to.',
    status: 204,
    operation: 'sendEmailVerification',
    errors: ['mail.not-configured', 'email.missing', 'email.verified', 'email.too-many-verifications 429'],
  })
  async send(@Req() request: FastifyRequest): Promise<void> {
    await this.verifications.send(accountOf(request), edgeContextOf(request).externalUrl);
  }

  @Post('email-verifications/:secret')
  @HttpCode(204)
  @OpenToEverybody('Whoever has the secret of the mail shows by it that the mail arrived.')
  @Documented({ summary: 'Verify an e-mail address', status: 204, operation: 'verifyEmail', errors: ['not-found 404'] })
  async confirm(@Req() request: FastifyRequest, @Param('secret') secret: string): Promise<void> {
    const { requestId, clientAddress } = edgeContextOf(request);
    await this.verifications.confirm({ requestId, clientAddress }, secret);
  }
}
