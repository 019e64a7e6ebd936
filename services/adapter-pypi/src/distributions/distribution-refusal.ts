import { DomainError } from '@waybill/domain';

/** A file that is not what it has to be, in Warehouse's frame: `Invalid distribution file. …` */
export function invalidDistribution(code: string, reason: string): DomainError {
  return new DomainError('invalid', `pypi.${code}`, `Invalid distribution file. ${reason}`);
}

/**
 * What broke a rule of archive safety (P10) as an answer to the upload: a bomb is as invalid as a path that climbs. Anything
 * else, such as a store that does not answer, stays what it is.
 */
export function asInvalidDistribution(thrown: unknown): unknown {
  if (!(thrown instanceof DomainError) || !thrown.code.startsWith('archive.')) return thrown;
  if (thrown.kind !== 'invalid' && thrown.kind !== 'limit') return thrown;
  const { code, message, details } = thrown;
  return new DomainError('invalid', code, `Invalid distribution file. The archive is not accepted: ${message}`, {
    details,
    cause: thrown,
  });
}
