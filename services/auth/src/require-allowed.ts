import type { Action, Principal, Resource } from '@waybill/domain';
import { can, decisionOnMissing, DomainError, refusal } from '@waybill/domain';

/**
 * What the guard does for routes, for what arrives over the bus. `resource` undefined: there is no such thing, which is
 * answered like something that may not be seen (security.md A6).
 */
export function requireAllowed(
  principal: Principal,
  action: Action,
  { resource, what }: { readonly resource: Resource | undefined; readonly what: string },
): asserts principal is Exclude<Principal, { kind: 'anonymous' }> {
  const decision = resource === undefined ? decisionOnMissing(principal) : can(principal, action, resource);
  if (!decision.allowed) throw refusal(decision, what);
  if (principal.kind === 'anonymous') {
    throw new DomainError('unauthenticated', 'auth.required', 'You must sign in to do this.');
  }
}
