import type { Action } from '@waybill/domain';
import { actions, DomainError } from '@waybill/domain';
import type { GrantRole } from './grant-role.js';
import { actionsOfGrant } from './grant-role.js';

/** What a body says: a role, or actions, in our order. Throws `invalid` `grant.actions` when it says both, or nothing. */
export function givenActions(body: {
  readonly role?: GrantRole;
  readonly actions?: readonly Action[];
}): readonly Action[] {
  const { role, actions: named = [] } = body;
  if (role !== undefined && body.actions === undefined) return actionsOfGrant(role);
  const given = actions.filter((action) => named.includes(action));
  if (role === undefined && given.length > 0) return given;
  const message = 'A grant has either a role or at least one action.';
  throw new DomainError('invalid', 'grant.actions', message, {
    details: { errors: [{ field: 'body.actions', code: 'grant.actions', message }] },
  });
}
