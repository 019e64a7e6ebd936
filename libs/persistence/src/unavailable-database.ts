import { DomainError } from '@waybill/domain';
import { postgresErrorFields } from './postgres-errors.js';

/** The code of the error. */
export const databaseUnavailable = 'database.unavailable';

const retryAfterSeconds = 5;

// https://www.postgresql.org/docs/current/errcodes-appendix.html: connections; resources (disk, memory, connections);
// shutdowns; read-only; locks and statements that took too long. And Node's own, where no server answered.
const unavailable =
  /^(?:08...|53...|57P0[1-5]|25006|55P03|57014|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN)$/;
// What pg throws without a code.
const withoutCode =
  /^(?:Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection)/;

/**
 * What to answer where a statement failed because the database cannot work now: it is away, full, read-only or too busy.
 * Nothing was written, and the same request may succeed later. Undefined for every other error.
 */
export function unavailableDatabase(thrown: unknown): DomainError | undefined {
  const { code } = postgresErrorFields(thrown);
  const message = thrown instanceof Error ? thrown.message : '';
  const isUnavailable = code === undefined ? withoutCode.test(message) : unavailable.test(code);
  if (!isUnavailable && !isWithoutSocket(thrown)) return undefined;
  return new DomainError('unavailable', databaseUnavailable, 'The database cannot do this now; try again.', {
    retryAfterSeconds,
    cause: thrown,
  });
}

/** A Unix socket is not there while its server is away; of other files the same code is no matter of the database. */
function isWithoutSocket(thrown: unknown): boolean {
  if (!(thrown instanceof Error) || !('syscall' in thrown)) return false;
  return thrown.syscall === 'connect' && postgresErrorFields(thrown).code === 'ENOENT';
}
