import type { Principal } from '@waybill/domain';
import { mayEver, refusal } from '@waybill/domain';
import { reachOfGrants } from '../package-access/reach.js';

/**
 * An empty list would tell the holder of a token without `review-findings` that nothing waits. Errors: `forbidden`
 * `auth.forbidden`.
 */
export function assertTokenMayReview(caller: Principal): void {
  if (mayEver(caller, 'review-findings')) return;
  const { everything, ...places } = reachOfGrants(caller, 'review-findings');
  const ownerMay = everything || Object.values(places).some(({ length }) => length > 0);
  const lacks = ownerMay ? { tokenLacks: 'review-findings' as const } : {};
  throw refusal({ allowed: false, because: 'known', ...lacks }, 'What you asked for');
}
