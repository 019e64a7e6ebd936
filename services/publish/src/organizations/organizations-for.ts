import type { Action, OrganizationId, Principal } from '@waybill/domain';
import { can } from '@waybill/domain';

/**
 * The organizations on which somebody may do this, of those that are `wanted` or else of all: lists ask for nothing else,
 * so that neither their items nor their cursors tell of what is not the caller's business (security.md A4, A6).
 */
export function organizationsFor(
  caller: Principal,
  action: Action,
  wanted?: readonly OrganizationId[],
): 'all' | OrganizationId[] {
  const isAll = wanted === undefined && can(caller, action, { kind: 'installation' }).allowed;
  if (isAll && caller.kind !== 'anonymous' && caller.installationAdmin) return 'all';
  const named = [...new Set(wanted ?? namedTo(caller))];
  return named.filter((organizationId) => can(caller, action, { kind: 'organization', organizationId }).allowed);
}

/** Also by the scopes of a token: an installation admin has no grants. */
function namedTo(caller: Principal): OrganizationId[] {
  if (caller.kind === 'anonymous') return [];
  const places = caller.kind === 'token' ? caller.scopes.map(({ on }) => on) : [];
  return [...caller.grants, ...places].flatMap((one) => ('organizationId' in one ? [one.organizationId] : []));
}
