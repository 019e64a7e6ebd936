/** What went wrong, in the few kinds that every dialect and every log level is derived from. */
export const errorKinds = [
  'invalid',
  'unauthenticated',
  'forbidden',
  'not-found',
  'conflict',
  'gone',
  'precondition-failed',
  'precondition-required',
  'limit',
  'unavailable',
  'internal',
] as const;

export type ErrorKind = (typeof errorKinds)[number];

/** HTTP status of each kind; `limit` is a body or count that is too large. A rate limit carries `retryAfterSeconds` and becomes 429. */
const statusOfKind: Record<ErrorKind, number> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  'not-found': 404,
  conflict: 409,
  gone: 410,
  'precondition-failed': 412,
  'precondition-required': 428,
  limit: 413,
  unavailable: 503,
  internal: 500,
};

export interface DomainErrorOptions {
  /** Structured facts for the log and for field-level answers. Never a credential. */
  readonly details?: Readonly<Record<string, unknown>>;
  /** Seconds after which the same request may succeed; sent as Retry-After. */
  readonly retryAfterSeconds?: number;
  readonly cause?: unknown;
}

/**
 * The one error that crosses layers. `code` is stable and part of the API (`release.immutable`), `message` is one
 * sentence for the person at the client, `kind` decides the status.
 */
export class DomainError extends Error {
  override readonly name = 'DomainError';
  readonly code: string;
  readonly kind: ErrorKind;
  readonly details: Readonly<Record<string, unknown>>;
  readonly retryAfterSeconds: number | undefined;

  constructor(kind: ErrorKind, code: string, message: string, options: DomainErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.kind = kind;
    this.code = code;
    this.details = options.details ?? {};
    this.retryAfterSeconds = options.retryAfterSeconds;
  }

  get status(): number {
    return statusOfKind[this.kind] === 413 && this.retryAfterSeconds !== undefined ? 429 : statusOfKind[this.kind];
  }

  /** The form in which an error crosses NATS. The cause and the stack stay behind. */
  toWire(): WireError {
    return {
      kind: this.kind,
      code: this.code,
      message: this.message,
      details: this.details,
      ...(this.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: this.retryAfterSeconds }),
    };
  }

  static fromWire(wire: WireError): DomainError {
    return new DomainError(wire.kind, wire.code, wire.message, {
      details: wire.details,
      ...(wire.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: wire.retryAfterSeconds }),
    });
  }
}

export interface WireError {
  readonly kind: ErrorKind;
  readonly code: string;
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
  readonly retryAfterSeconds?: number;
}

/** Any thrown value as a DomainError; what is unknown becomes `internal` and tells the client nothing. */
export function toDomainError(thrown: unknown): DomainError {
  if (thrown instanceof DomainError) return thrown;
  return new DomainError('internal', 'internal', 'Something went wrong on our side.', { cause: thrown });
}
