import { Body, Controller, Get, Post, Req, Res } from '@nestjs/common';
import type { AuditActor } from '@waybill/audit';
import { toDomainError } from '@waybill/domain';
import { edgeContextOf, OpenToEverybody } from '@waybill/edge';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { EmailVerifications } from '../email-verification/email-verifications.service.js';
import { PasswordResets } from '../password-resets/password-resets.service.js';
import { isFromOwnForm } from '../web-login/own-form.rules.js';
import type { PageAnswer } from '../web-login/page-answer.js';
import { answer, sendAnswer } from '../web-login/page-answer.js';
import {
  emailVerifiedPage,
  foreignFormPage,
  passwordSetPage,
  resetPasswordPage,
  verifyEmailPage,
} from './account-link.pages.js';
import { resetPasswordForm, verifyEmailForm } from './mail-pages.schema.js';
import { linkedPageHeaders } from './secret-field.js';

const incomplete = 'Something is missing: fill in every field.';

/** The pages that mails about an account lead to. A look at one changes nothing: mail servers follow links too. */
@Controller('login')
export class AccountLinksHttpController {
  constructor(
    private readonly verifications: EmailVerifications,
    private readonly resets: PasswordResets,
  ) {}

  @Get('verify-email')
  @OpenToEverybody('An empty form, the same for everybody.')
  showVerification(@Res({ passthrough: true }) reply: FastifyReply): string {
    return sendAnswer(reply, linked(200, verifyEmailPage()));
  }

  @Post('verify-email')
  @OpenToEverybody('Whoever has the secret of the mail shows by it that the mail arrived; from our own form.')
  async verify(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Body() body: unknown,
  ): Promise<string> {
    if (isForeign(request)) return sendAnswer(reply, answer(403, foreignFormPage()));
    const { success, data } = verifyEmailForm.safeParse(body);
    if (!success || data.secret === undefined) return sendAnswer(reply, linked(400, verifyEmailPage(incomplete)));
    try {
      await this.verifications.confirm(addressOf(request), data.secret);
      return sendAnswer(reply, answer(200, emailVerifiedPage()));
    } catch (thrown) {
      return sendAnswer(
        reply,
        refused(thrown, (message) => verifyEmailPage(message)),
      );
    }
  }

  @Get('reset-password')
  @OpenToEverybody('An empty form, the same for everybody.')
  showReset(@Res({ passthrough: true }) reply: FastifyReply): string {
    return sendAnswer(reply, linked(200, resetPasswordPage()));
  }

  @Post('reset-password')
  @OpenToEverybody('Whoever has the secret was handed the link, which is good once; from our own form.')
  async reset(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Body() body: unknown,
  ): Promise<string> {
    if (isForeign(request)) return sendAnswer(reply, answer(403, foreignFormPage()));
    const { success, data } = resetPasswordForm.safeParse(body);
    if (!success || data.secret === undefined) {
      return sendAnswer(reply, linked(400, resetPasswordPage({ failed: incomplete })));
    }
    const { secret, newPassword, repeated } = data;
    if (newPassword !== repeated) {
      const failed = 'The two passwords are not the same.';
      return sendAnswer(reply, linked(400, resetPasswordPage({ failed, secret })));
    }
    try {
      await this.resets.use(addressOf(request), secret, newPassword);
      return sendAnswer(reply, answer(200, passwordSetPage()));
    } catch (thrown) {
      // A link that is good no more is asked for again; anything else can be mended with the same one.
      const again = toDomainError(thrown).kind === 'not-found' ? undefined : secret;
      return sendAnswer(
        reply,
        refused(thrown, (failed) => resetPasswordPage({ failed, secret: again })),
      );
    }
  }
}

function linked(status: number, html: string, headers: Readonly<Record<string, string>> = {}): PageAnswer {
  return answer(status, html, { ...linkedPageHeaders, ...headers });
}

function refused(thrown: unknown, pageOf: (message: string) => string): PageAnswer {
  const { kind, status, message, retryAfterSeconds } = toDomainError(thrown);
  if (kind === 'internal') throw thrown;
  return linked(
    status,
    pageOf(message),
    retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) },
  );
}

function isForeign(request: FastifyRequest): boolean {
  return !isFromOwnForm(request.headers, edgeContextOf(request).externalUrl);
}

function addressOf(request: FastifyRequest): Pick<AuditActor, 'requestId' | 'clientAddress'> {
  const { requestId, clientAddress } = edgeContextOf(request);
  return { requestId, clientAddress };
}
