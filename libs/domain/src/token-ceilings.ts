import type { Action } from './action.js';
import { scopeCovers } from './coverage.js';
import type { Principal, TokenScope } from './principal.js';
import type { Resource } from './resource.js';

type Token = Extract<Principal, { kind: 'token' }>;

/**
 * Every list of scopes that bounds a token: its own, and those of the tokens that it was made narrower from. It may do what
 * one scope of *each* list covers, so that none has to be compared with another (security.md A4).
 */
export function scopeListsOf({
  scopes,
  ceilings = [],
}: Pick<Token, 'scopes' | 'ceilings'>): readonly (readonly TokenScope[])[] {
  return ceilings.length === 0 ? [scopes] : [scopes, ...ceilings];
}

/** Whether the scopes of a token reach this. What its owner may not do it may not do either: ask `can()`. */
export function tokenReaches(token: Pick<Token, 'scopes' | 'ceilings'>, action: Action, resource: Resource): boolean {
  return scopeListsOf(token).every((scopes) => scopes.some((scope) => scopeCovers(scope, action, resource)));
}

/** Whether a token may do that action to anything at all; true of whoever comes without a token. */
export function mayEver(principal: Principal, action: Action): boolean {
  if (principal.kind !== 'token') return true;
  return scopeListsOf(principal).every((scopes) => scopes.some((scope) => scope.actions.includes(action)));
}

/** What the scopes of a principal name, those of its ceilings too: a decision on a package may depend on any of them. */
export function namedByScopes(principal: Principal): TokenScope['on'][] {
  if (principal.kind !== 'token') return [];
  return scopeListsOf(principal).flatMap((scopes) => scopes.map(({ on }) => on));
}
