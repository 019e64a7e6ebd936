import { createHash } from 'node:crypto';
import type { Finding, Principal } from '@waybill/domain';
import { actorOf, DomainError } from '@waybill/domain';
import type { ArtifactEntity } from '../artifacts/artifact.entity.js';
import type { ReleaseEntity } from '../releases/release.entity.js';

const day = 24 * 60 * 60 * 1000;
/** After so long without the approvals that it needs, a staged release is rejected. */
export const stagedMilliseconds = 30 * day;
export const expiredCode = 'staged.expired';

/** When a staged release is rejected by itself. */
export function expiryOf({ submittedAt }: Pick<ReleaseEntity, 'submittedAt'>): Date {
  return new Date(submittedAt.getTime() + stagedMilliseconds);
}

/** What was approved, as one short text: another one for any other files or bytes. */
export function contentsOf({ fingerprint }: Pick<ReleaseEntity, 'fingerprint'>): string {
  return createHash('sha256').update(fingerprint).digest('hex');
}

/**
 * Refuses an approval of other bytes than those that wait: what the approver names is all of the release's files, and the
 * digest of each (security.md P8). Errors: `conflict` `staged-release.other-bytes`.
 */
export function assertSameBytes(
  artifacts: readonly Pick<ArtifactEntity, 'filename' | 'sha256'>[],
  digests: Readonly<Record<string, string>> | undefined,
): void {
  if (digests === undefined) return;
  const named = new Map(Object.entries(digests));
  const areSame =
    named.size === artifacts.length && artifacts.every(({ filename, sha256 }) => named.get(filename) === sha256);
  if (areSame) return;
  throw new DomainError(
    'conflict',
    'staged-release.other-bytes',
    'What waits for approval is not what you have looked at: read it again.',
  );
}

/** Whether the caller, with whichever credential, or the same trusted publisher staged it. */
export function isOwn(caller: Principal, release: ReleaseEntity): boolean {
  if (caller.kind === 'anonymous') return false;
  if (release.publishedBy === actorOf(caller)) return true;
  if (caller.kind === 'token' && caller.publisher !== undefined) {
    return release.trustedPublisher?.publisherId === caller.publisher.publisherId;
  }
  return release.publishedByUser === caller.userId;
}

export function expired(): Finding {
  const message = 'Nobody approved it within 30 days; it can be staged again.';
  return { rule: 'P8', code: expiredCode, level: 'refuse', message };
}

export function rejection(reason: string): Finding {
  const message = `It was staged, and rejected${reason === '' ? '.' : `: ${reason}`}`;
  return { rule: 'P8', code: 'review.rejected', level: 'refuse', message };
}
