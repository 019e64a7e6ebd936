import type { Action, Principal, Resource } from '@waybill/domain';
import { can, decisionOnMissing, refusal } from '@waybill/domain';

/**
 * Decides again, on rows that stay as they are until the transaction ends: since the guard decided, what it decided on may have
 * become another organization's, or another repository's, and who was in charge is not any more (security.md A1, T11). Every
 * use case that writes asks this, and takes whose chain it is audited in from the same rows. Undefined: there is nothing that
 * the caller may know of. Errors: the guard's, in its words (A6).
 */
export function assertStillMay(
  principal: Principal,
  action: Action,
  resource: Resource | undefined,
  what = 'What you asked for',
): void {
  const decision = resource === undefined ? decisionOnMissing(principal) : can(principal, action, resource);
  if (!decision.allowed) throw refusal(decision, what, { action, resource });
}
