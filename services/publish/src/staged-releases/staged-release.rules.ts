import { createHash } from 'node:crypto';
import type { Approval, Finding } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import type { ArtifactEntity } from '../artifacts/artifact.entity.js';
import type { ReleaseEntity } from '../releases/release.entity.js';
import type { WholeRelease } from '../releases/release.repository.js';
import type { StagedApprovalEntity } from './staged-approval.entity.js';

const day = 24 * 60 * 60 * 1000;
/** After so long without the approvals that it needs, a staged release is rejected. */
export const stagedMilliseconds = 30 * day;

/** When a staged release is rejected by itself; null for one that is settled. */
export function expiryOf({ state, submittedAt }: Pick<ReleaseEntity, 'state' | 'submittedAt'>): Date | null {
  return state === 'staged' ? new Date(submittedAt.getTime() + stagedMilliseconds) : null;
}

/** Whether it waits for approval, or did. */
export function wasStaged({ staging }: Pick<ReleaseEntity, 'staging'>): boolean {
  return staging !== null;
}

/** What is approved, as one short text: another one for any other files or bytes. */
export function contentsOf({ fingerprint }: Pick<ReleaseEntity, 'fingerprint'>): string {
  return createHash('sha256').update(fingerprint).digest('hex');
}

/** Those that count: of these very bytes, and by the people of whose it is now (security.md P8, T11). Oldest first. */
export function approvalsThatCount(
  { release, repository }: WholeRelease,
  given: readonly StagedApprovalEntity[],
): Approval[] {
  const contents = contentsOf(release);
  return given
    .filter((one) => one.contents === contents && one.organizationId === repository.organizationId)
    .toSorted((one, other) => one.approvedAt.getTime() - other.approvedAt.getTime())
    .map(({ username, userId, approvedAt }) => ({ username, userId, at: approvedAt.toISOString() }));
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

/** Errors: `conflict` `staged-release.settled`. */
export function assertStaged({ state }: Pick<ReleaseEntity, 'state'>): void {
  if (state === 'staged') return;
  const message = `A release that is ${state} waits for nobody's approval.`;
  throw new DomainError('conflict', 'staged-release.settled', message, { details: { state } });
}

/** What nobody has swept yet is over as well. Errors: `conflict` `staged-release.settled`. */
export function assertNotExpired(release: Pick<ReleaseEntity, 'state' | 'submittedAt'>, now: Date): void {
  const end = expiryOf(release);
  if (end === null || end > now) return;
  const message = 'It waited for approval for 30 days, and is rejected: it has to be staged again.';
  throw new DomainError('conflict', 'staged-release.settled', message, { details: { state: release.state } });
}

/** A person counts once. Errors: `conflict` `staged-release.already-approved`. */
export function alreadyApproved(): DomainError {
  const message = 'You have approved it already; somebody else has to, as well.';
  return new DomainError('conflict', 'staged-release.already-approved', message);
}

export function stagedReleaseNotFound(): DomainError {
  return new DomainError('not-found', 'staged-release.not-found', 'The staged release was not found.');
}

export function expired(): Finding {
  const message = 'Nobody approved it within 30 days; it can be staged again.';
  return { rule: 'P8', code: 'staged.expired', level: 'refuse', message };
}

export function rejection(reason: string): Finding {
  const message = `It was staged, and rejected${reason === '' ? '.' : `: ${reason}`}`;
  return { rule: 'P8', code: 'staged.rejected', level: 'refuse', message };
}
