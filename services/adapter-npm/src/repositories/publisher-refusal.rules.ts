import type { Principal, Resource } from '@waybill/domain';
import { can, DomainError, tokenReaches } from '@waybill/domain';

const stagesOnly = 'The trusted publisher of this job may only stage: use npm stage publish.';
const ofOthers = 'No trusted publisher of this job is for this package in this repository; the token is for others.';

/**
 * Why a token that was minted for trusted publishers does not publish what it may know of; undefined for everybody else. It tells what the
 * token itself may do, and of nothing else.
 */
export function publisherRefusal(principal: Principal, resource: Resource): DomainError | undefined {
  if (principal.kind !== 'token' || principal.publisher === undefined) return undefined;
  if (can(principal, 'stage', resource).allowed) return new DomainError('forbidden', 'auth.forbidden', stagesOnly);
  if (tokenReaches(principal, 'read', resource)) return undefined;
  return new DomainError('forbidden', 'auth.forbidden', ofOthers);
}
