import { redactTokens } from '@waybill/observability';

/** What the gateway needs of a logger; pino's is one. */
export interface AccessLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** One request that was answered, for the access log. */
export interface AnsweredRequest {
  readonly requestId: string;
  readonly method: string;
  /** As `loggablePath` gives it. */
  readonly path: string;
  readonly status: number;
  readonly clientAddress: string;
  /** The service that answered; empty for the gateway itself. */
  readonly service: string;
  readonly milliseconds: number;
  /** The client went away before the answer was whole. */
  readonly aborted: boolean;
}

/** Where answered requests are written down. */
export interface RequestLog {
  answered(request: AnsweredRequest): void;
}

/** What the gateway counts; `service` is empty for what belongs to none. */
export interface RequestMeter {
  finished(request: {
    readonly service: string;
    readonly method: string;
    readonly status: number;
    readonly seconds: number;
  }): void;
}

// Letters and digits, and the hyphen, that somebody encoded without need (RFC 3986, 2.3); `%25` for what was encoded twice.
const needlesslyEncoded = /%(?:25|2d|3[0-9]|[46][1-9a-f]|[57][0-9a])/gi;
const tokenLike = /wb(?:-|%2d)[0-9A-Za-z-]+/gi;
/** More often nothing honest is encoded. What is encoded still is nobody's address, and nothing of it is written down. */
const maxDecodings = 4;

/** A path as it may stand in a log: without its query, and without anything that looks like a token (security.md W6). */
export function loggablePath(target: string): string {
  const query = target.indexOf('?');
  const path = (query === -1 ? target : target.slice(0, query)).slice(0, 2048);
  return redactTokens(decoded(path).replace(tokenLike, 'wb-***'));
}

function decoded(path: string): string {
  let plain = path;
  for (let times = 0; times < maxDecodings && plain.includes('%'); times += 1) {
    const next = plain.replace(needlesslyEncoded, (code) => decodeURIComponent(code));
    if (next === plain) return plain;
    plain = next;
  }
  return plain.search(needlesslyEncoded) === -1 ? plain : plain.replace(/%.*$/s, '%***');
}
