import type { Principal, ReleaseState, Resource } from '@waybill/domain';
import { can, isVisible, releaseStates } from '@waybill/domain';

/**
 * The states whose releases of a package somebody knows of: all that clients can see; what was withdrawn, who may bring it back
 * or could have withdrawn it; what is checked, held or rejected, who may review it; what is staged, who may approve it. The others are
 * as if they were not there.
 */
export function statesSeenBy(caller: Principal, resource: Resource): readonly ReleaseState[] {
  const may = (...actions: Parameters<typeof can>[1][]) =>
    actions.some((action) => can(caller, action, resource).allowed);
  const withdrawn = may('restore', 'delete');
  const waiting = may('review-findings', 'approve');
  const others: Partial<Record<ReleaseState, boolean>> = { withdrawn, staged: may('approve') };
  return releaseStates.filter((state) => isVisible(state) || (others[state] ?? waiting));
}
