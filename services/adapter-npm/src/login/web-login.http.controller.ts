import { Controller, Get, Header, HttpCode, MethodNotAllowedException, Param, Post, Req, Res } from '@nestjs/common';
import { pollWebLogin, startWebLogin } from '@waybill/contracts';
import { DomainError } from '@waybill/domain';
import { edgeContextOf, SignIn } from '@waybill/edge';
import { RequestClient } from '@waybill/messaging';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { repositoryUrl } from '../repositories/npm-request.js';

const maxSecretCharacters = 200;

/** `npm login --auth-type=web`: a person confirms in a browser while the client asks whether that is done. */
@Controller('npm/:repository/-/v1')
export class WebLoginHttpController {
  readonly #requests: RequestClient;

  constructor(requests: RequestClient) {
    this.#requests = requests;
  }

  /** Both addresses must be absolute: clients open the first and poll the second. */
  @Post('login')
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @SignIn('begins a login, bounded per address by auth')
  async start(@Req() request: FastifyRequest, @Param('repository') repository: string): Promise<object> {
    const { clientAddress, externalUrl } = edgeContextOf(request);
    const description = `npm login in a browser, from ${clientAddress}`;
    const { loginPath, pollSecret } = await this.#requests.ask(startWebLogin, { description, clientAddress });
    const doneUrl = `${repositoryUrl(externalUrl, repository)}/-/v1/done/${pollSecret}`;
    return { loginUrl: `${externalUrl}${loginPath}`, doneUrl };
  }

  /** 202 until somebody has confirmed; then the token, the same for a GET that is repeated. A HEAD would lose it. */
  @Get('done/:secret')
  @Header('cache-control', 'no-store')
  @SignIn('tells who began a login, and knows its secret, whether it is confirmed')
  async done(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('secret') pollSecret: string,
  ): Promise<object> {
    if (request.method === 'HEAD') {
      void reply.header('allow', 'GET');
      throw new MethodNotAllowedException('The token of a login comes with a GET.');
    }
    if (pollSecret.length > maxSecretCharacters) throw gone();
    const { clientAddress } = edgeContextOf(request);
    const answer = await this.#requests.ask(pollWebLogin, { pollSecret, clientAddress });
    switch (answer.state) {
      case 'pending':
        reply.status(202).header('retry-after', answer.retryAfterSeconds);
        return {};
      case 'confirmed':
        return { token: answer.token };
      case 'gone':
        throw gone();
    }
  }
}

function gone(): DomainError {
  return new DomainError('not-found', 'npm.login-gone', 'This login is over, or never began; begin a new one.');
}
