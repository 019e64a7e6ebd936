import { Body, Controller, Delete, Get, Header, HttpCode, Param, Put, Req, Res } from '@nestjs/common';
import { describeUser, issueTokenForPassword, revokeToken } from '@waybill/contracts';
import { DomainError, hashToken, isTokenText } from '@waybill/domain';
import { callerOf, edgeContextOf, OpenToEverybody, SignIn } from '@waybill/edge';
import { RequestClient } from '@waybill/messaging';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { askingForOneTimePassword, oneTimePasswordOf } from './one-time-password.js';

const couchUserPrefix = 'org.couchdb.user:';
// npm, yarn and berry send more (`_id`, `type`, `roles`, `date`, `email`); only these two matter.
const credentials = z.object({ name: z.string().min(1).max(200), password: z.string().min(1).max(1000) });

/** `npm login --auth-type=legacy`, `yarn login`, `npm logout` (protocol notes 1(a), "Login, tokens, profile"). */
@Controller('npm/:repository/-')
export class LoginHttpController {
  readonly #requests: RequestClient;

  constructor(requests: RequestClient) {
    this.#requests = requests;
  }

  @Put('user/:user')
  @HttpCode(201)
  @Header('cache-control', 'no-store')
  @SignIn('checks a name and a password, rate limited by auth; pnpm and yarn send them in Authorization as well')
  async login(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('user') user: string,
    @Body() body: unknown,
  ): Promise<object> {
    const parsed = credentials.safeParse(body);
    if (!parsed.success || user !== `${couchUserPrefix}${parsed.data.name}`) {
      throw new DomainError('invalid', 'npm.login', 'A login has a name, as in its path, and a password.');
    }
    const { clientAddress } = edgeContextOf(request);
    const { name: username, password } = parsed.data;
    const wish = { username, password, description: `npm login from ${clientAddress}`, clientAddress };
    const issued = await askingForOneTimePassword(reply, () =>
      this.#requests.ask(issueTokenForPassword, { ...wish, ...oneTimePasswordOf(request) }),
    );
    return { ok: `you are authenticated as '${issued.username}'`, id: user, rev: '1', token: issued.token };
  }

  @Get('user/:user')
  @OpenToEverybody('describes users to those who are signed in')
  async describe(@Req() request: FastifyRequest, @Param('user') user: string): Promise<object> {
    const principal = callerOf(request);
    if (principal.kind === 'anonymous') {
      throw new DomainError('unauthenticated', 'auth.required', 'You must sign in to do this.');
    }
    const username = user.startsWith(couchUserPrefix) ? user.slice(couchUserPrefix.length) : user;
    const reply = await this.#requests.ask(describeUser, { principal, username });
    if (reply.user === null) throw new DomainError('not-found', 'npm.user', 'That user was not found.');
    return {
      _id: `${couchUserPrefix}${reply.user.username}`,
      name: reply.user.username,
      email: reply.user.email ?? '',
    };
  }

  @Delete('user/token/:token')
  @HttpCode(200)
  @OpenToEverybody('revokes a token of the caller’s own, and says nothing about others')
  async logout(@Req() request: FastifyRequest, @Param('token') token: string): Promise<object> {
    const principal = callerOf(request);
    if (principal.kind === 'anonymous') {
      throw new DomainError('unauthenticated', 'auth.required', 'You must sign in to do this.');
    }
    if (isTokenText(token)) await this.#requests.ask(revokeToken, { principal, tokenHash: hashToken(token) });
    return { ok: true };
  }
}
