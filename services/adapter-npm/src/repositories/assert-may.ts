import type { Action, Principal, Resource } from '@waybill/domain';
import { can, DomainError, refusal } from '@waybill/domain';
import { publisherRefusal } from './publisher-refusal.rules.js';

/**
 * For routes on which one path carries several wishes (`PUT /{pkg}`): what the guard could not ask before the body was
 * read. Any of `actions` is enough. Errors: `unauthenticated`, `forbidden`, `not-found`, as those of the guard.
 */
export function assertMay(principal: Principal, actions: Action | readonly Action[], resource: Resource): void {
  const wanted = [actions].flat();
  const decisions = wanted.map((action) => can(principal, action, resource));
  const [first] = decisions;
  if (first === undefined || decisions.some((decision) => decision.allowed)) return;
  if (first.allowed) return;
  const known = first.because === 'known' && wanted[0] === 'publish';
  throw (known ? publisherRefusal(principal, resource) : undefined) ?? refusal(first, 'What you asked for');
}

export type Person = Exclude<Principal, { readonly kind: 'anonymous' }>;

/** Errors: `unauthenticated` `auth.required`. */
export function signedIn(principal: Principal): Person {
  if (principal.kind !== 'anonymous') return principal;
  throw new DomainError('unauthenticated', 'auth.required', 'You must sign in to do this.');
}
