import type { Action, Principal, Resource, TokenScope } from '@waybill/domain';
import { actions, can } from '@waybill/domain';

const everything: readonly TokenScope[] = [{ actions, on: { kind: 'everything' } }];

/** Whether whoever is behind the caller may do all of this, whatever the scopes of the token that asks. */
export function mayAsOwner(caller: Principal, wanted: readonly Action[], resource: Resource): boolean {
  const owner: Principal = caller.kind === 'token' ? { ...caller, scopes: everything, ceilings: [] } : caller;
  return wanted.every((action) => can(owner, action, resource).allowed);
}
