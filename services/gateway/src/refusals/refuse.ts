import type { IncomingMessage, ServerResponse } from 'node:http';
import { DomainError, toDomainError } from '@waybill/domain';
import type { EdgeDescription } from '@waybill/edge';
import { dialectFor, renderError } from '@waybill/edge';
import { setRateLimitHeaders } from '../limits/rate-limited.js';

/** Statuses that HTTP knows and the kinds of errors don't. */
const statusOfCode: Partial<Record<string, number>> = {
  'http.method-not-allowed': 405,
  'body.too-slow': 408,
  'http.precondition-failed': 412,
  'http.range-unsatisfiable': 416,
  'http.header-too-large': 431,
  'target.too-long': 414,
  'http.transfer-coding': 501,
};

/** After these nothing of the connection is read: it is not sure where the next request begins, or it takes too long. */
const closingCodes = new Set(['http.malformed', 'http.transfer-coding', 'body.too-slow']);

/** What a service said about bytes that are not sent now. */
const describingHeaders = [
  'accept-ranges',
  'content-disposition',
  'content-encoding',
  'content-length',
  'etag',
  'last-modified',
];

/**
 * Answers with an error in the dialect of the service that the request was for, or as a problem (RFC 9457) when it was for
 * none. When the answer has begun already, the connection is cut: half an answer must not look whole.
 */
export function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  thrown: unknown,
  context: { readonly description: EdgeDescription | undefined; readonly requestId: string },
): DomainError {
  const error = toDomainError(thrown);
  if (response.headersSent) {
    response.destroy();
    return error;
  }
  const { description, requestId } = context;
  const rendered = renderError(
    dialectFor(request.url ?? '/', description?.dialect),
    error,
    requestId,
    statusOfCode[error.code],
  );
  for (const name of describingHeaders) response.removeHeader(name);
  if (rendered.status !== 416) response.removeHeader('content-range');
  response.statusCode = rendered.status;
  if (rendered.reason !== undefined) response.statusMessage = rendered.reason;
  for (const [name, value] of Object.entries(rendered.headers)) response.setHeader(name, value);
  setChallenge(response, description);
  setRateLimitHeaders(response, error);
  if (closingCodes.has(error.code)) response.setHeader('connection', 'close');
  response.setHeader('content-length', Buffer.byteLength(rendered.body));
  response.end(request.method === 'HEAD' ? undefined : rendered.body);
  return error;
}

/** A 401 names the way to sign in (RFC 9110, 11.6.1), where the clients of that service can bear it. */
export function setChallenge(response: ServerResponse, description: EdgeDescription | undefined): void {
  if (response.statusCode !== 401 || description?.challenge === undefined) return;
  if (!response.hasHeader('www-authenticate')) response.setHeader('www-authenticate', description.challenge);
}

export function nothingHere(): DomainError {
  return new DomainError('not-found', 'not-found', 'There is nothing here.');
}

export function methodNotAllowed(): DomainError {
  return new DomainError('invalid', 'http.method-not-allowed', 'This method is not allowed here.');
}

export function tooBusy(): DomainError {
  return new DomainError('unavailable', 'gateway.too-busy', 'Too many requests at once; try again.', {
    retryAfterSeconds: 1,
  });
}

export function serviceGone(): DomainError {
  return new DomainError('unavailable', 'service.no-responders', 'This service is not running now.', {
    retryAfterSeconds: 2,
  });
}
