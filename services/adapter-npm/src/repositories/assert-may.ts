import type { Action, Principal, Resource } from '@waybill/domain';
import { can, DomainError, refusal } from '@waybill/domain';
import { publisherRefusal } from './publisher-refusal.rules.js';

/**
 * For routes on which one path carries several wishes (`PUT /{pkg}`): what the guard could not ask before the body was
 * read. Any of `actions` is enough. Errors: `unauthenticated`, `forbidden`, `not-found`, as those of the guard.
 */
export function assertMay(principal: Principal, actions: Action | readonly Action[], resource: Resource): void {
  const wanted = [actions].flat();
  const [first] = wanted;
  if (first === undefined || wanted.some((action) => can(principal, action, resource).allowed)) return;
  const refused = refusalTo(principal, first, resource);
  if (refused !== undefined) throw refused;
}

/** Why somebody may not do that; undefined where they may. Tokens of trusted publishers are told what else they are for. */
export function refusalTo(principal: Principal, action: Action, resource: Resource): DomainError | undefined {
  const decision = can(principal, action, resource);
  if (decision.allowed) return undefined;
  const known = decision.because === 'known' && action === 'publish';
  return (known ? publisherRefusal(principal, resource) : undefined) ?? refusal(decision, 'What you asked for');
}

export type Person = Exclude<Principal, { readonly kind: 'anonymous' }>;

/** Errors: `unauthenticated` `auth.required`. */
export function signedIn(principal: Principal): Person {
  if (principal.kind !== 'anonymous') return principal;
  throw new DomainError('unauthenticated', 'auth.required', 'You must sign in to do this.');
}
