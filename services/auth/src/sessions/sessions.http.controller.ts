import { Body, Controller, Delete, Get, HttpCode, Post, Req, Res } from '@nestjs/common';
import { DomainError } from '@waybill/domain';
import { callerOf, edgeContextOf, OpenToEverybody, SignIn } from '@waybill/edge';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { endedSessionCookie, isFromOurPage, sessionCookie } from './session-cookie.rules.js';
import type { CallerView } from './sessions.schema.js';
import { OpenSessionBody, viewOfCaller } from './sessions.schema.js';
import { SessionsService } from './sessions.service.js';

@Controller('api/v1')
export class SessionsHttpController {
  constructor(private readonly sessions: SessionsService) {}

  @Post('sessions')
  @SignIn('Signing in is how one becomes somebody; a username and password are needed, and attempts are counted.')
  async open(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Body() { username, password }: OpenSessionBody,
  ): Promise<{ username: string; expiresAt: string }> {
    const { externalUrl, clientAddress } = edgeContextOf(request);
    if (!isFromOurPage(request.headers.origin, externalUrl)) {
      throw new DomainError('forbidden', 'login.foreign-page', 'Another site cannot sign you in here.');
    }
    const opened = await this.sessions.open({ username, password, clientAddress });
    reply.header('set-cookie', sessionCookie(opened.secret, externalUrl, opened.maxAgeSeconds));
    return { username: opened.username, expiresAt: opened.expiresAt.toISOString() };
  }

  @Get('session')
  @OpenToEverybody('Tells callers who they are, and nothing about anybody else.')
  whoAmI(@Req() request: FastifyRequest): CallerView {
    return viewOfCaller(callerOf(request));
  }

  @Delete('session')
  @HttpCode(204)
  @OpenToEverybody('Ends the session that the request came with, and no other.')
  async end(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<void> {
    await this.sessions.end(callerOf(request));
    reply.header('set-cookie', endedSessionCookie(edgeContextOf(request).externalUrl));
  }
}
