import { Body, Controller, Delete, Get, HttpCode, Post, Req, Res } from '@nestjs/common';
import { actorOfRequest } from '@waybill/audit';
import { DomainError } from '@waybill/domain';
import { callerOf, edgeContextOf, OpenToEverybody, SignIn } from '@waybill/edge';
import { Documented } from '@waybill/management-api';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { endedSessionCookie, isFromOurPage, sessionCookie } from './session-cookie.rules.js';
import type { CallerView, OpenedSessionView } from './sessions.schema.js';
import { callerView, OpenSessionBody, openedSessionView, ProofBody, viewOfCaller } from './sessions.schema.js';
import { requireSession, SessionsService } from './sessions.service.js';

const secondFactorErrors = ['login.second-factor-needed 401', 'login.second-factor-failed 401', 'login.throttled 429'];

@Controller('api/v1')
export class SessionsHttpController {
  constructor(private readonly sessions: SessionsService) {}

  @Post('sessions')
  @SignIn('Signing in is how one becomes somebody; a username and password are needed, and attempts are counted.')
  @Documented({
    summary: 'Sign in',
    description:
      'Answers with a session cookie. Who has a second factor is told `login.second-factor-needed` without a `code`, and ' +
      'only after the right password; a recovery code is accepted in its place, once.',
    returns: openedSessionView,
    operation: 'signIn',
    errors: ['login.failed 401', ...secondFactorErrors, 'login.foreign-page 403', 'login.busy 503'],
  })
  async open(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Body() { username, password, code }: OpenSessionBody,
  ): Promise<OpenedSessionView> {
    const { externalUrl, clientAddress } = edgeContextOf(request);
    if (!isFromOurPage(request.headers.origin, externalUrl)) {
      throw new DomainError('forbidden', 'login.foreign-page', 'Another site cannot sign you in here.');
    }
    const client = request.headers['user-agent'];
    const opened = await this.sessions.open({ username, password, code, clientAddress, client });
    reply.header('set-cookie', sessionCookie(opened.secret, externalUrl, opened.maxAgeSeconds));
    return { username: opened.username, expiresAt: opened.expiresAt.toISOString() };
  }

  @Get('session')
  @OpenToEverybody('Tells callers who they are, and nothing about anybody else.')
  @Documented({ summary: 'Look at who the credential stands for', returns: callerView, operation: 'whoAmI' })
  whoAmI(@Req() request: FastifyRequest): CallerView {
    return viewOfCaller(callerOf(request));
  }

  @Post('session/proof')
  @HttpCode(204)
  @OpenToEverybody('Proves once more, for the session that the request came with, that it is the same person.')
  @Documented({
    summary: 'Prove that it is you (step-up)',
    description:
      'For some minutes the session may do what answers `auth.step-up-required` otherwise. Give the `code` of your second ' +
      'factor if you have one, else your `password`. Attempts are counted like those to sign in.',
    status: 204,
    operation: 'proveSession',
    errors: ['login.failed 401', ...secondFactorErrors, 'proof.password-missing 400', 'auth.session-required 403'],
  })
  async prove(@Req() request: FastifyRequest, @Body() { password, code }: ProofBody): Promise<void> {
    const { clientAddress } = edgeContextOf(request);
    await this.sessions.prove(requireSession(callerOf(request)), { password, code, clientAddress });
  }

  @Delete('session')
  @HttpCode(204)
  @OpenToEverybody('Ends the session that the request came with, and no other.')
  @Documented({ summary: 'Sign out', status: 204, operation: 'signOut' })
  async end(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<void> {
    await this.sessions.end(actorOfRequest(request), callerOf(request));
    reply.header('set-cookie', endedSessionCookie(edgeContextOf(request).externalUrl));
  }
}
