// https://www.postgresql.org/docs/current/errcodes-appendix.html
const uniqueViolation = '23505';
const retryable = new Set(['40001', '40P01']);

/** Whether two writers met at a unique constraint, of that name if one is given. */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  const fields = postgresErrorFields(error);
  return fields.code === uniqueViolation && (constraint === undefined || fields.constraint === constraint);
}

/** Whether the same transaction may succeed when it is run again: serialization failure or deadlock. */
export function isRetryable(error: unknown): boolean {
  return retryable.has(postgresErrorFields(error).code ?? '');
}

/** SQLSTATE (or Node's code) and constraint, where an error has them; also inside of TypeORM's. */
export function postgresErrorFields(error: unknown): { code?: string; constraint?: string } {
  if (typeof error !== 'object' || error === null) return {};
  const source = 'driverError' in error && typeof error.driverError === 'object' ? error.driverError : error;
  const { code, constraint } = source as { code?: unknown; constraint?: unknown };
  return {
    ...(typeof code === 'string' ? { code } : {}),
    ...(typeof constraint === 'string' ? { constraint } : {}),
  };
}
