import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import { Catch, HttpException, Logger } from '@nestjs/common';
import type { ErrorKind } from '@waybill/domain';
import { DomainError, toDomainError } from '@waybill/domain';
import { databaseUnavailable, unavailableDatabase } from '@waybill/persistence';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { throwError } from 'rxjs';
import { callerOf, edgeContextOf, findResolvedResource } from './edge-context.js';
import type { ErrorDialect } from './error-dialect.js';
import { dialectFor, renderError } from './error-dialect.js';
import type { RefusalListener } from './refusal-listener.js';
import { isFirstRefusal, wantsChange } from './refusal-listener.js';

/**
 * Everything that is thrown in a service, worded once in its dialect; what is our fault is logged here and only here. A
 * database that cannot work now is `unavailable`, with Retry-After: the same request may succeed later.
 */
@Catch()
export class DomainErrorFilter implements ExceptionFilter {
  private readonly log = new Logger(DomainErrorFilter.name);

  constructor(
    private readonly dialect: ErrorDialect,
    private readonly listener?: RefusalListener,
  ) {}

  catch(thrown: unknown, host: ArgumentsHost): unknown {
    if (host.getType() !== 'http') return throwError(() => thrown);
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const { error, status } = asHttpError(thrown);
    const { requestId, rawTarget } = edgeContextOf(request);
    if (error.kind === 'internal' || error.code === databaseUnavailable) {
      this.log.error({ msg: 'request failed', 'request.id': requestId, err: error.cause ?? error });
    }
    if (error.kind === 'forbidden') this.tell(request, error);
    if (reply.sent) return undefined;
    const rendered = renderError(dialectFor(rawTarget, this.dialect), error, requestId, status);
    if (rendered.reason !== undefined) reply.raw.statusMessage = rendered.reason;
    return reply.status(rendered.status).headers(rendered.headers).send(rendered.body);
  }

  /** What a handler refuses, once it knows what is wanted. The answer does not wait for who hears of it. */
  private tell(request: FastifyRequest, { code }: DomainError): void {
    if (callerOf(request).kind === 'anonymous' || !wantsChange(request) || !isFirstRefusal(request)) return;
    const resource = findResolvedResource(request);
    void this.listener?.refused({ request, action: undefined, resource, code });
  }
}

/** Errors of ours, of Nest (unknown route) and of Fastify (body too large, malformed JSON) as one. */
export function asHttpError(thrown: unknown): { error: DomainError; status: number } {
  if (thrown instanceof HttpException) {
    const status = thrown.getStatus();
    return { error: httpError(status, reasonOf(thrown), thrown), status };
  }
  if (!(thrown instanceof DomainError) && isFastifyError(thrown)) {
    const status = thrown.statusCode;
    return { error: httpError(status, thrown.message, thrown), status };
  }
  const error = unavailableDatabase(thrown) ?? toDomainError(thrown);
  return { error, status: error.status };
}

const codeOfStatus: Partial<Record<number, string>> = {
  400: 'request.malformed',
  404: 'route.not-found',
  405: 'http.method-not-allowed',
  413: 'body.too-large',
  415: 'body.media-type',
};

const kindOfStatus: Partial<Record<number, ErrorKind>> = {
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not-found',
  409: 'conflict',
  413: 'limit',
  429: 'limit',
  503: 'unavailable',
};

function httpError(status: number, message: string, cause: unknown): DomainError {
  if (status >= 500 && status !== 503) return toDomainError(cause);
  return new DomainError(kindOfStatus[status] ?? 'invalid', codeOfStatus[status] ?? 'request.refused', message, {
    cause,
  });
}

function isFastifyError(thrown: unknown): thrown is Error & { statusCode: number } {
  return (
    thrown instanceof Error &&
    'statusCode' in thrown &&
    typeof thrown.statusCode === 'number' &&
    thrown.statusCode >= 400 &&
    thrown.statusCode < 600
  );
}

function reasonOf(thrown: HttpException): string {
  // Nest words an unknown route as `Cannot GET /path`, which would echo what the client sent.
  return thrown.getStatus() === 404 && thrown.message.startsWith('Cannot ') ? 'There is nothing here.' : thrown.message;
}
