import type { Finding } from '@waybill/domain';

const rank = { refuse: 0, hold: 1, flag: 2 } as const;

/** What refuses before what holds before what flags, so that a list may be cut off at its end without a change of verdict. */
export function worstFirst(findings: readonly Finding[]): Finding[] {
  return findings.toSorted((left, right) => rank[left.level] - rank[right.level]);
}
