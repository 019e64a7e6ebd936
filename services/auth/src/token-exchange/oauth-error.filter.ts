import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import { Catch, Logger } from '@nestjs/common';
import { asHttpError, edgeContextOf } from '@waybill/edge';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { oauthErrorOf } from './oauth-error.rules.js';

/** Everything that is thrown on the way of an exchange, as clients of OAuth read it. */
@Catch()
export class OAuthErrorFilter implements ExceptionFilter {
  private readonly log = new Logger(OAuthErrorFilter.name);

  catch(thrown: unknown, host: ArgumentsHost): unknown {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const { error, status } = asHttpError(thrown);
    if (error.kind === 'internal') {
      const { requestId } = edgeContextOf(request);
      this.log.error({ msg: 'request failed', 'request.id': requestId, err: error.cause ?? error });
    }
    const answer = oauthErrorOf(error, status);
    const wait = error.retryAfterSeconds;
    if (wait !== undefined) void reply.header('retry-after', String(Math.ceil(wait)));
    return reply.status(answer.status).header('cache-control', 'no-store').send(answer.body);
  }
}
