import { Body, Controller, Get, Post, Query, Req, Res } from '@nestjs/common';
import { DomainError, toDomainError } from '@waybill/domain';
import { edgeContextOf, OpenToEverybody, SignIn } from '@waybill/edge';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { sessionCookie } from '../sessions/session-cookie.rules.js';
import type { OpenedSession } from '../sessions/sessions.service.js';
import { isFromOwnForm } from '../web-login/own-form.rules.js';
import { isWebLoginId, webLoginPath } from '../web-login/web-login-id.rules.js';
import { pageHeaders } from '../web-login/web-login.pages.js';
import { Journeys } from './journey.js';
import { codePage, continuePage, linkedPage, signOnFailedPage } from './single-sign-on.pages.js';
import { SingleSignOn } from './single-sign-on.service.js';

const codeForm = z.object({ code: z.string().min(1).max(64) });

@Controller('login/sign-on')
export class SingleSignOnHttpController {
  constructor(
    private readonly signOn: SingleSignOn,
    private readonly journeys: Journeys,
  ) {}

  @Get()
  @OpenToEverybody('Sends a browser to the sign-on provider; it comes back as somebody or nobody.')
  async begin(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Query('login') login?: string,
  ): Promise<string> {
    const { externalUrl } = edgeContextOf(request);
    try {
      const waiting = login !== undefined && isWebLoginId(login) ? login : undefined;
      const { address, journey } = await this.signOn.begin(externalUrl, { login: waiting });
      void reply.status(303).headers({ ...pageHeaders, location: address });
      void reply.header('set-cookie', this.journeys.cookie(journey, externalUrl));
      return '';
    } catch (error) {
      return failed(reply, error);
    }
  }

  @Get('return')
  @SignIn('The provider sends the browser back here with a code of one use; attempts are counted.')
  async finish(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    const { externalUrl, rawTarget, clientAddress } = edgeContextOf(request);
    try {
      const journey = this.journeys.read(request.headers.cookie, externalUrl);
      if (journey?.stage !== 'at-provider') throw notBegun();
      const query = rawTarget.slice(rawTarget.indexOf('?'));
      const client = { clientAddress, client: request.headers['user-agent'], externalUrl };
      const result = await this.signOn.finish(journey, rawTarget.includes('?') ? query : '', client);
      if (result.kind === 'linked') return send(reply, linkedPage(), [this.journeys.ended(externalUrl)]);
      if (result.kind === 'second-factor') {
        return send(reply, codePage(), [this.journeys.cookie(result.journey, externalUrl)]);
      }
      return this.#signedIn(reply, { session: result.session, login: journey.login, externalUrl });
    } catch (error) {
      return failed(reply, error);
    }
  }

  @Post('code')
  @SignIn('The second factor of somebody whom the provider has vouched for; attempts are counted.')
  async code(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Body() body: unknown,
  ): Promise<string> {
    const { externalUrl, clientAddress } = edgeContextOf(request);
    try {
      if (!isFromOwnForm(request.headers, externalUrl)) throw notBegun();
      const journey = this.journeys.read(request.headers.cookie, externalUrl);
      const form = codeForm.safeParse(body);
      if (journey?.stage !== 'second-factor' || !form.success) throw notBegun();
      const client = { clientAddress, client: request.headers['user-agent'] };
      const session = await this.signOn.finishWithCode(journey, form.data.code, client);
      return this.#signedIn(reply, { session, login: journey.login, externalUrl });
    } catch (thrown) {
      const error = toDomainError(thrown);
      if (error.code !== 'login.second-factor-failed') return failed(reply, thrown);
      void reply.status(error.status);
      return send(reply, codePage(error.message), []);
    }
  }

  #signedIn(
    reply: FastifyReply,
    {
      session,
      login,
      externalUrl,
    }: { readonly session: OpenedSession; readonly login: string | undefined; readonly externalUrl: string },
  ): string {
    const path = login !== undefined && isWebLoginId(login) ? webLoginPath(login) : '/';
    const { secret, maxAgeSeconds } = session;
    return send(reply, continuePage(path), [
      sessionCookie(secret, externalUrl, maxAgeSeconds),
      this.journeys.ended(externalUrl),
    ]);
  }
}

function send(reply: FastifyReply, page: string, cookies: readonly string[]): string {
  void reply.headers(pageHeaders);
  if (cookies.length > 0) void reply.header('set-cookie', [...cookies]);
  return page;
}

function failed(reply: FastifyReply, thrown: unknown): string {
  const error = toDomainError(thrown);
  if (error.kind === 'internal') throw thrown;
  const { status, message, retryAfterSeconds } = error;
  void reply.status(status).headers(pageHeaders);
  if (retryAfterSeconds !== undefined) void reply.header('retry-after', String(retryAfterSeconds));
  return signOnFailedPage(message);
}

function notBegun(): DomainError {
  return new DomainError('unauthenticated', 'sign-on.not-begun', 'This browser has begun no sign-on, or too long ago.');
}
