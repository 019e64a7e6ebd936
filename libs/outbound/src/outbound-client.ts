import { DomainError } from '@waybill/domain';
import type { Dispatcher } from 'undici';
import { guardedDispatcher, type Resolve } from './guarded-dispatcher.js';
import { OutboundPolicy, type OutboundSettings } from './outbound-policy.js';
import { readBounded } from './read-bounded.js';

export interface OutboundRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** From the first packet to the last byte of the answer. */
  readonly timeoutMilliseconds: number;
  readonly maxAnswerBytes: number;
  /** What is done with a longer answer: an error, or only its beginning is read. */
  readonly longAnswer?: 'refuse' | 'cut';
  readonly signal?: AbortSignal;
}

export interface OutboundAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** As it was sent: nothing is decompressed. */
  readonly body: Buffer;
  /** Whether there was more of it. */
  readonly cut: boolean;
}

/**
 * Speaks HTTP to addresses that came from somebody else (webhooks, issuers, upstream registries) within the policy of the
 * operator. Redirects are answers like others: who follows one asks again, and the policy with it.
 */
export class OutboundClient {
  readonly policy: OutboundPolicy;
  /** For what reads its answer as a stream. The caller parses the URL with `policy` first. */
  readonly dispatcher: Dispatcher;

  constructor(settings: OutboundSettings = {}, options: { readonly resolve?: Resolve } = {}) {
    this.policy = new OutboundPolicy(settings);
    this.dispatcher = guardedDispatcher(this.policy.addresses, options.resolve);
  }

  /**
   * Errors: `invalid` `outbound.url-malformed` | `outbound.url-refused` | `outbound.address-refused`; `unavailable`
   * `outbound.timeout` | `outbound.unreachable`; `limit` `outbound.answer-too-long`.
   */
  async send(request: OutboundRequest): Promise<OutboundAnswer> {
    const url = this.policy.parseUrl(request.url);
    const timeout = AbortSignal.timeout(request.timeoutMilliseconds);
    const signal = request.signal === undefined ? timeout : AbortSignal.any([timeout, request.signal]);
    try {
      const answer = await this.dispatcher.request({
        origin: url.origin,
        path: `${url.pathname}${url.search}`,
        method: request.method,
        headers: { ...request.headers },
        body: request.body ?? null,
        headersTimeout: request.timeoutMilliseconds,
        bodyTimeout: request.timeoutMilliseconds,
        signal,
      });
      const read = await readBounded(answer.body, request.maxAnswerBytes);
      if (read.cut && request.longAnswer !== 'cut') throw tooLong(request.maxAnswerBytes);
      return { status: answer.statusCode, headers: answer.headers, ...read };
    } catch (error) {
      throw errorOf(error, timeout.aborted);
    }
  }

  async close(): Promise<void> {
    await this.dispatcher.destroy();
  }
}

function tooLong(maxBytes: number): DomainError {
  return new DomainError('limit', 'outbound.answer-too-long', `The answer has more than ${maxBytes} bytes.`);
}

function errorOf(error: unknown, isLate: boolean): DomainError {
  const known = domainErrorIn(error);
  if (known !== undefined) return known;
  if (isLate || hasTimedOut(error)) {
    return new DomainError('unavailable', 'outbound.timeout', 'There was no answer in time.', { cause: error });
  }
  return new DomainError('unavailable', 'outbound.unreachable', 'The address cannot be reached.', { cause: error });
}

// Node tries several addresses of a name and wraps what became of each.
function domainErrorIn(error: unknown): DomainError | undefined {
  if (error instanceof DomainError) return error;
  if (error instanceof AggregateError) return error.errors.map(domainErrorIn).find((found) => found !== undefined);
  return error instanceof Error && error.cause !== undefined ? domainErrorIn(error.cause) : undefined;
}

function hasTimedOut(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false;
  return ['UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT'].includes(String(error.code));
}
