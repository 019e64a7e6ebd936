import type { Action, DomainError, Principal } from '@waybill/domain';
import { mayEver, refusal } from '@waybill/domain';
import { reachOfGrants } from '../package-access/reach.js';

/**
 * An empty list would tell the holder of a token without `review-findings` that nothing waits. Errors: `forbidden`
 * `auth.forbidden`.
 */
export function assertTokenMayReview(caller: Principal): void {
  if (!mayEver(caller, 'review-findings')) throw tokenLacks(caller, 'review-findings');
}

/** The refusal of a token that may do that nowhere; it says so to those alone whom another token would help. */
export function tokenLacks(caller: Principal, action: Action): DomainError {
  const { everything, ...places } = reachOfGrants(caller, action);
  const ownerMay = everything || Object.values(places).some(({ length }) => length > 0);
  const lacks = ownerMay ? { tokenLacks: action } : {};
  return refusal({ allowed: false, because: 'known', ...lacks }, 'What you asked for');
}
