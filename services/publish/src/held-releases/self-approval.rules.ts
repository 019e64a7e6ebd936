import type { Principal } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import type { PublishConfig } from '../config.js';
import type { Published } from '../releases/own-release.rules.js';
import { isOwn } from '../releases/own-release.rules.js';

export type SelfApproval = PublishConfig['WAYBILL_SELF_APPROVAL'];

/**
 * Refuses who would approve their own release, with whichever credential they published it (security.md P8). By default
 * an installation admin may: a new installation has nobody else. Errors: `forbidden` `release.own`.
 */
export function assertMayApprove(reviewer: Principal, release: Published, policy: SelfApproval): void {
  if (policy === 'allow' || !isOwn(reviewer, release)) return;
  if (policy === 'admins' && reviewer.kind !== 'anonymous' && reviewer.installationAdmin) return;
  throw new DomainError('forbidden', 'release.own', 'Somebody else has to approve what you published yourself.');
}
