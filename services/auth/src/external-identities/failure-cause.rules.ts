const maxCauses = 6;
const word = /^[A-Za-z0-9_.-]{1,60}$/;

/**
 * Why something elsewhere failed, for the operator: of an error and of what caused it the names, codes and statuses, the
 * outermost first, such as `TypeError < Error ECONNREFUSED`. Never their words, which may repeat a password, a code or an
 * address (security.md W6).
 */
export function causeOf(error: unknown): string {
  const causes: string[] = [];
  let current = error;
  while (causes.length < maxCauses && current !== undefined && current !== null) {
    causes.push(described(current));
    current = field(current, 'cause');
  }
  return causes.filter((text) => text !== '').join(' < ');
}

function described(cause: unknown): string {
  const name = cause instanceof Error ? cause.name : '';
  // `error` is that of an OAuth 2.0 answer (RFC 6749, 5.2), `status` that of HTTP.
  const details = ['code', 'error', 'status'].map((key) => field(cause, key));
  const words = [name, ...details].map((value) => (typeof value === 'number' ? String(value) : value));
  return words.filter((value) => typeof value === 'string' && word.test(value)).join(' ');
}

function field(of: unknown, key: string): unknown {
  return typeof of === 'object' && of !== null && key in of
    ? (of as Readonly<Record<string, unknown>>)[key]
    : undefined;
}
