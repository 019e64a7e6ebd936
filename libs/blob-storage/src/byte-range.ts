import { DomainError } from '@waybill/domain';

import type { ByteRange } from './blob-store.js';

/** Throws `invalid` `blob.range-malformed` unless both are whole numbers with 0 ≤ start ≤ end. */
export function checkedRange(range: ByteRange): ByteRange {
  if (!Number.isSafeInteger(range.start) || !Number.isSafeInteger(range.end)) throw malformed();
  if (range.start < 0 || range.end < range.start) throw malformed();
  return range;
}

function malformed(): DomainError {
  return new DomainError('invalid', 'blob.range-malformed', 'A range needs whole numbers with 0 <= start <= end.');
}
