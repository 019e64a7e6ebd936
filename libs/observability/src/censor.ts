import { stdSerializers } from 'pino';

const secretField =
  /^(?:(?:proxy-)?authorization|(?:set-)?cookie|.*password|.*passwd|.*secret|(?:.*[-_])?token|.*[a-z]Token|.*api[-_]?key|npm-otp|otp)$/i;
const deepest = 6;
const mostFields = 200;

/**
 * A copy of a log line's fields in which every field that carries a credential, by its name, says `***`, however deep and
 * however written (`Authorization`, `accessToken`, `X-NuGet-ApiKey`). Errors say what they are wherever they stand; other class
 * instances stay as they are.
 */
export function censorFields(fields: Record<string, unknown>, depth = 0): Record<string, unknown> {
  const entries = Object.entries(fields).slice(0, mostFields);
  return Object.fromEntries(
    entries.map(([name, value]) => [name, secretField.test(name) && isText(value) ? '***' : censorValue(value, depth)]),
  );
}

function censorValue(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= deepest) return '[deep]';
  if (Array.isArray(value)) return value.slice(0, mostFields).map((item: unknown) => censorValue(item, depth + 1));
  if (value instanceof Error) return serializeError(value, depth + 1);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return value;
  return censorFields(value as Record<string, unknown>, depth + 1);
}

// A count, a flag or nothing at all is no credential; a list or an object may hold one.
function isText(value: unknown): boolean {
  return typeof value === 'string' || (typeof value === 'object' && value !== null);
}

/**
 * An error with its causes, without the values of a failed query and of the row that it met (`detail`, `where` of Postgres):
 * they may be hashes of tokens and passwords. What is no error stays what it is.
 */
export function serializeError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return error;
  const { type, message, stack } = stdSerializers.err(error);
  const { parameters, driverError, detail, where, cause, ...own } = Object.fromEntries(Object.entries(error));
  const errors = error instanceof AggregateError ? { errors: error.errors as unknown } : {};
  return censorFields({ type, message, stack, ...own, ...errors }, depth);
}
