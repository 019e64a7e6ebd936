import { DomainError } from '@waybill/domain';
import type { NamespaceEntity } from './namespace.entity.js';

const betweenChecksMilliseconds = 10_000;

/** At most one look outside in ten seconds for each claim; notes the one that begins. Errors: `limit` `namespace.checked-lately`. */
export function beginCheck(namespace: NamespaceEntity): void {
  const now = new Date();
  const waits = (namespace.lastCheckedAt?.getTime() ?? 0) + betweenChecksMilliseconds - now.getTime();
  if (waits > 0) throw checkedLately(waits);
  namespace.lastCheckedAt = now;
}

function checkedLately(milliseconds: number): DomainError {
  return new DomainError('limit', 'namespace.checked-lately', 'It was looked up a moment ago; wait a little.', {
    retryAfterSeconds: Math.ceil(milliseconds / 1000),
  });
}
