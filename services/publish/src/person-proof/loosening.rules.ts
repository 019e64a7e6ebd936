import { DomainError } from '@waybill/domain';
import type { ProvenBy } from '@waybill/edge';

/**
 * Asked under the lock: what was no loosening when it was read is one by now, since somebody else asked more in between. Errors:
 * `conflict` `policy.changed-meanwhile`.
 */
export function assertProven(looser: readonly string[], provenBy: ProvenBy | undefined): void {
  if (looser.length === 0 || provenBy !== undefined) return;
  throw new DomainError('conflict', 'policy.changed-meanwhile', 'It was changed just now: read it again.', {
    details: { looser: looser.slice(0, maxNamed) },
  });
}

const maxNamed = 50;

/** As the audit tells it: what asks less than before, and how it was proven who wanted that. */
export function toldOf(looser: readonly string[], provenBy: ProvenBy | undefined): Record<string, unknown> {
  return looser.length === 0 ? {} : { looser: looser.slice(0, maxNamed), provenBy };
}
