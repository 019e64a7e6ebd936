import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import { DomainError } from '@waybill/domain';
import { problemDialect, renderError } from '@waybill/edge';
import { securityHeaders } from '../downloads/response-headers.js';

interface ClosingProblem {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

const ofParserError: Partial<Record<string, ClosingProblem>> = {
  HPE_HEADER_OVERFLOW: {
    status: 431,
    code: 'http.header-too-large',
    message: 'The header of this request is too large.',
  },
  HPE_CHUNK_EXTENSIONS_OVERFLOW: {
    status: 413,
    code: 'http.chunk-extensions-too-large',
    message: 'The extensions of the chunks of this body are too large.',
  },
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: 408,
    code: 'http.request-too-slow',
    message: 'This request did not arrive in time.',
  },
};

const malformed: ClosingProblem = { status: 400, code: 'http.malformed', message: 'This is no request of HTTP/1.1.' };

/** CONNECT. */
export const tunnelRefused: ClosingProblem = {
  status: 405,
  code: 'http.method-not-allowed',
  message: 'This method is not allowed here.',
};

/** An expectation other than `100-continue` (RFC 9110, 10.1.1). */
export const expectationFailed: ClosingProblem = {
  status: 417,
  code: 'http.expectation-failed',
  message: 'Nothing but 100-continue can be expected here.',
};

/** What is told to a client whose bytes the parser refuses; `code` of its error. */
export function problemOfParserError(code: string | undefined): ClosingProblem {
  return ofParserError[code ?? ''] ?? malformed;
}

/** The last answer on a connection as a problem (RFC 9457): nobody knows whom a request was for that could not be read. */
export function closingAnswer({ status, code, message }: ClosingProblem): {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
} {
  const error = new DomainError('invalid', code, message);
  const { headers, body } = renderError(problemDialect, error, randomUUID(), status);
  const length = String(Buffer.byteLength(body));
  const own = { connection: 'close', 'content-length': length };
  return { status, headers: { ...securityHeaders, ...headers, ...own }, body };
}

/** The same as it goes over the wire (RFC 9112). */
export function closingAnswerText(problem: ClosingProblem): string {
  const { status, headers, body } = closingAnswer(problem);
  const fields = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${String(status)} ${STATUS_CODES[status] ?? ''}\r\n${fields.join('')}\r\n${body}`;
}
