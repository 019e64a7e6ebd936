import type { Action, Principal, Resource, TokenScope } from '@waybill/domain';
import { actions, can, DomainError } from '@waybill/domain';

/** What a token gives to others only if it may do it itself: this is how access spreads (security.md A4). */
const spreading: ReadonlySet<Action> = new Set(['manage-access', 'admin']);

const everyScope: readonly TokenScope[] = [{ actions, on: { kind: 'everything' } }];

/** Whether the caller has all of these actions on all of these resources, and so may give them to others or take them away. */
export function mayGive(caller: Principal, given: readonly Action[], resources: readonly Resource[]): boolean {
  // A token that may manage access does so for its owner: its other scopes bound what it does, not what others may do.
  const owner: Principal = caller.kind === 'token' ? { ...caller, scopes: everyScope, ceilings: [] } : caller;
  return resources.every((resource) =>
    given.every((action) => can(spreading.has(action) ? caller : owner, action, resource).allowed),
  );
}

/** Nobody gives more than they have, or takes it from who has more (A8). Throws `forbidden` `grant.beyond-own`. */
export function requireMayGive(caller: Principal, given: readonly Action[], resources: readonly Resource[]): void {
  if (mayGive(caller, given, resources)) return;
  throw new DomainError(
    'forbidden',
    'grant.beyond-own',
    'You can neither give nor take away what you may not do yourself.',
  );
}
