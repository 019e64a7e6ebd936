import type { Finding, ReleaseDecision } from '@waybill/domain';
import { boundedReasons } from './bounded-reasons.js';

/** What becomes of a release that somebody let go on who may not any more: as it was held before they did (security.md P8). */
export function heldAgain(overruled: readonly Finding[]): ReleaseDecision {
  const message = 'Who approved it may not approve it any more: somebody else has to.';
  const lapsed: Finding = { rule: 'P8', code: 'review.lapsed', level: 'hold', message };
  return { verdict: 'held', reasons: boundedReasons([lapsed, ...overruled]) };
}
