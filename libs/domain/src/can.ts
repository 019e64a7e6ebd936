import type { Action } from './action.js';
import { grantCovers } from './coverage.js';
import { DomainError } from './domain-error.js';
import type { Principal } from './principal.js';
import { anonymous } from './principal.js';
import type { Resource } from './resource.js';
import { tokenReaches } from './token-ceilings.js';

/**
 * `authenticate`: sign in first (401). `hidden`: as if it did not exist (404). `known`: it may be seen but not that (403).
 * architecture.md §6: the same answer whether the thing exists or not. `tokenLacks`: the caller may, and only the scopes of
 * the token do not.
 */
export type Decision =
  | { readonly allowed: true }
  | { readonly allowed: false; readonly because: 'authenticate' | 'hidden' | 'known'; readonly tokenLacks?: Action };

const allowed: Decision = { allowed: true };

/** What somebody ticks in the browser, so that the login may do `manage-access` as well. */
export const accessLoginWish = 'It may also manage owners and members';

/** The one decision function: every gateway, adapter and API asks this and nothing else. Pure. */
export function can(principal: Principal, action: Action, resource: Resource): Decision {
  if (action === 'read' && isReadableWithoutGrant(anonymous, resource)) return allowed;
  if (principal.kind === 'token' && !tokenReaches(principal, action, resource)) {
    const decision = refuse(principal, resource);
    // Who may not know of it learns nothing, and whoever may not do it with any token is not sent for another one.
    const helps = decision.because === 'known' && isGiven(principal, action, resource);
    return helps ? { ...decision, tokenLacks: action } : decision;
  }
  return isGiven(principal, action, resource) ? allowed : refuse(principal, resource);
}

/** Whether somebody may, whatever the scopes of their token. */
function isGiven(principal: Principal, action: Action, resource: Resource): boolean {
  if (action === 'read' && isReadableWithoutGrant(principal, resource)) return true;
  if (principal.kind === 'anonymous') return false;
  if (resource.kind === 'account' && resource.userId === principal.userId) return true;
  return isGivenTo(principal, action, resource);
}

/** Whether somebody was given it who asks for nothing now: whatever credential they will come with, or came with. */
export function isGivenTo(
  person: Pick<Exclude<Principal, { kind: 'anonymous' }>, 'installationAdmin' | 'grants'>,
  action: Action,
  resource: Resource,
): boolean {
  return person.installationAdmin || person.grants.some((grant) => grantCovers(grant, action, resource));
}

/** The answer to a request for something that does not exist: no different from something that may not be seen (A6). */
export function decisionOnMissing(principal: Principal): Decision {
  return { allowed: false, because: principal.kind === 'anonymous' ? 'authenticate' : 'hidden' };
}

/** What somebody wanted who was refused: it is said where they may know of the thing, so that they know what to ask for. */
export interface Wanted {
  readonly action: Action;
  readonly resource: Resource | undefined;
}

/** The error of a refusal; `what` names the thing as the caller named it, never as we resolved it. */
export function refusal(decision: Exclude<Decision, { allowed: true }>, what: string, wanted?: Wanted): DomainError {
  switch (decision.because) {
    case 'authenticate':
      return new DomainError('unauthenticated', 'auth.required', 'You must sign in to do this.');
    case 'hidden':
      return new DomainError('not-found', 'not-found', `${what} was not found.`);
    case 'known':
      return new DomainError('forbidden', 'auth.forbidden', forbiddenText(decision.tokenLacks, wanted), {
        ...(decision.tokenLacks === undefined ? {} : { details: { permission: decision.tokenLacks } }),
      });
  }
}

function forbiddenText(tokenLacks: Action | undefined, wanted: Wanted | undefined): string {
  if (tokenLacks === undefined) return ['You are not allowed to do this.', ...lacking(wanted)].join(' ');
  const lacks = `You may do this, but your token lacks the permission ${tokenLacks}:`;
  return tokenLacks === 'manage-access'
    ? `${lacks} log in again through the browser and tick "${accessLoginWish}", or make a token that has it.`
    : `${lacks} make one that has it.`;
}

function lacking(wanted: Wanted | undefined): string[] {
  if (wanted === undefined) return [];
  if (wanted.resource?.kind === 'installation') return ['Only administrators of the installation are.'];
  return [`It needs the permission ${wanted.action}.`];
}

function refuse(principal: Principal, resource: Resource): Exclude<Decision, { allowed: true }> {
  if (principal.kind === 'anonymous') return { allowed: false, because: 'authenticate' };
  return { allowed: false, because: mayKnow(principal, resource) ? 'known' : 'hidden' };
}

function mayKnow(principal: Exclude<Principal, { kind: 'anonymous' }>, resource: Resource): boolean {
  if (resource.kind === 'installation') return true;
  const withinCeiling = principal.kind !== 'token' || tokenReaches(principal, 'read', resource);
  if (isReadableWithoutGrant(anonymous, resource)) return true;
  if (!withinCeiling) return false;
  if (resource.kind === 'account' && resource.userId === principal.userId) return true;
  if (isReadableWithoutGrant(principal, resource) || principal.installationAdmin) return true;
  return principal.grants.some((grant) => grantCovers(grant, 'read', resource));
}

function isReadableWithoutGrant(principal: Principal, resource: Resource): boolean {
  if (resource.kind !== 'repository' && resource.kind !== 'package') return false;
  if (resource.visibility === 'public' || resource.visibility === 'unlisted') return true;
  return resource.visibility === 'internal' && principal.kind !== 'anonymous';
}
