import { randomUUID } from 'node:crypto';
import type { OrganizationId, ReleaseState, UserId } from '@waybill/domain';
import { releaseStates } from '@waybill/domain';
import { describe, expect, it } from 'vitest';
import { PackageEntity } from '../packages/package.entity.js';
import { RepositoryEntity } from '../repositories/repository.entity.js';
import { ReleaseEntity } from '../releases/release.entity.js';
import { StagedApprovalEntity } from './staged-approval.entity.js';
import {
  approvalsThatCount,
  assertSameBytes,
  contentsOf,
  expired,
  expiryOf,
  rejection,
  wasStaged,
} from './staged-release.rules.js';
import { assertWentThisWay } from './staged-submission.rules.js';

const organizationId = randomUUID() as OrganizationId;

function release(state: ReleaseState, changes: Partial<ReleaseEntity> = {}): ReleaseEntity {
  const facts = { state, version: '1.0.0', fingerprint: 'the files', approvals: [], reasons: [] };
  const staging = state === 'staged' ? 'waiting' : null;
  return Object.assign(new ReleaseEntity(), { ...facts, staging, ...changes });
}

function approvalBy(changes: Partial<StagedApprovalEntity> = {}): StagedApprovalEntity {
  const facts = { userId: randomUUID() as UserId, username: 'ada', organizationId, approvedAt: new Date() };
  return Object.assign(new StagedApprovalEntity(), { ...facts, contents: contentsOf(release('staged')), ...changes });
}

describe('approvals', () => {
  it('count for these bytes and this organization alone, oldest first (P8, T11)', () => {
    const whole = {
      release: release('staged'),
      repository: Object.assign(new RepositoryEntity(), { organizationId }),
      package: new PackageEntity(),
      artifacts: [],
    };
    const [late, early] = [approvalBy(), approvalBy({ approvedAt: new Date(0) })];
    const ofOthers = approvalBy({ organizationId: randomUUID() as OrganizationId });
    const ofOtherBytes = approvalBy({ contents: contentsOf({ fingerprint: 'other files' }) });
    const counted = approvalsThatCount(whole, [late, ofOthers, early, ofOtherBytes]);
    expect(counted.map(({ userId }) => userId)).toEqual([early.userId, late.userId]);
  });

  it('name all files and their digests, or none at all', () => {
    const files = [
      { filename: 'a', sha256: 'one' },
      { filename: '__proto__', sha256: 'two' },
    ] as unknown as Parameters<typeof assertSameBytes>[0];
    const named = (...entries: [string, string][]) => Object.fromEntries(entries);
    expect(() => assertSameBytes(files, undefined)).not.toThrow();
    expect(() => assertSameBytes(files, named(['__proto__', 'two'], ['a', 'one']))).not.toThrow();
    for (const other of [
      {},
      named(['a', 'one']),
      named(['a', 'two'], ['__proto__', 'one']),
      named(['a', 'one'], ['__proto__', 'two'], ['b', 'x']),
    ]) {
      expect(() => assertSameBytes(files, other)).toThrow(
        expect.objectContaining({ kind: 'conflict', code: 'staged-release.other-bytes' }),
      );
    }
  });
});

describe('a release', () => {
  it('is known to have been staged, whatever became of it, and by nothing that is said of it', () => {
    expect(wasStaged(release('staged'))).toBe(true);
    expect(wasStaged(release('published', { staging: 'approved' }))).toBe(true);
    for (const staging of ['rejected', 'expired'] as const) {
      expect(wasStaged(release('rejected', { staging }))).toBe(true);
    }
    for (const reason of [expired(), rejection('no')]) {
      expect(wasStaged(release('rejected', { reasons: [reason] }))).toBe(false);
    }
    for (const state of releaseStates.filter((one) => one !== 'staged')) expect(wasStaged(release(state))).toBe(false);
  });

  it('expires 30 days after it was staged, as long as it waits', () => {
    const submittedAt = new Date('2026-01-01T00:00:00Z');
    expect(expiryOf(release('staged', { submittedAt }))?.toISOString()).toBe('2026-01-31T00:00:00.000Z');
    expect(expiryOf(release('quarantined', { submittedAt }))).toBeNull();
  });

  it.each(releaseStates)('that is %s is joined by the same bytes only the way that it went (P8)', (state) => {
    const outcome = (stage: boolean) => {
      try {
        assertWentThisWay({ stage }, release(state));
        return 'joined';
      } catch (error) {
        return (error as { code: string }).code;
      }
    };
    const staged = state === 'staged' || state === 'rejected' ? 'joined' : 'release.not-staged';
    expect([outcome(true), outcome(false)]).toEqual([staged, state === 'staged' ? 'release.staged' : 'joined']);
  });
});
