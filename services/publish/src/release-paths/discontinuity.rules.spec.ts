import type { PublisherId, ReleasePath, VerifiedProvenance } from '@waybill/domain';
import { describe, expect, it } from 'vitest';
import { githubPath, origin, provenance, publisherWith, stored } from '../../test/release-origins.js';
import { discontinuityOf } from './discontinuity.rules.js';

const publisherId = '00000000-0000-4000-8000-000000000001' as PublisherId;
const before = stored({ trustedPublisher: { publisherId, path: githubPath } });

function arrivingBy(path: Partial<Record<keyof ReleasePath, unknown>>) {
  const told = Object.entries({ ...githubPath, ...path }).filter(([, value]) => value !== undefined);
  return origin({ trustedPublisher: { publisherId, path: Object.fromEntries(told) as unknown as ReleasePath } });
}

function findingOf(path: Partial<Record<keyof ReleasePath, unknown>>) {
  return discontinuityOf(
    arrivingBy(path),
    { newest: before, trusted: before, proven: null, samePublisher: before, sameBranch: null },
    'hold',
  )?.finding;
}

describe('a release that came from elsewhere (P2)', () => {
  it.each([
    [
      'issuer',
      { issuer: 'https://github.example/_services/token' },
      'issuer https://token.actions.githubusercontent.com →',
    ],
    [
      'repository',
      { repositoryId: '2002', repository: 'evil/left-pad' },
      'acme/left-pad (1001) → evil/left-pad (2002)',
    ],
    ['repository of the same name', { repositoryId: '2002' }, 'acme/left-pad (1001) → acme/left-pad (2002)'],
    ['repository without an id', { repositoryId: undefined }, 'acme/left-pad (1001) → acme/left-pad without an id'],
    ['owner', { ownerId: '78' }, 'owner acme (77) → acme (78)'],
    ['workflow', { workflow: '.github/workflows/ci.yml' }, '.github/workflows/release.yml → .github/workflows/ci.yml'],
    ['job workflow', { jobWorkflow: 'evil/x/.github/workflows/y.yml' }, 'job workflow the same file → evil/x'],
    ['kind of ref', { refType: 'branch', ref: 'refs/heads/main' }, 'kind of ref tag → branch'],
    ['environment', { environment: 'test' }, 'environment release → test'],
    ['no environment', { environment: undefined }, 'environment release → none'],
    ['unprotected ref', { refProtected: false }, 'protected ref true → false'],
    ['own runner', { runner: 'self-hosted' }, 'runner hosted → self-hosted'],
    ['event', { event: 'workflow_dispatch' }, 'event push → workflow_dispatch'],
  ])('is found by its %s', (_case, path, words) => {
    const finding = findingOf(path);
    expect(finding).toMatchObject({ rule: 'P2', code: 'path.discontinuity', level: 'hold' });
    expect(finding?.message).toContain(words);
  });

  it.each([
    [
      'the same, with another tag, commit and person',
      { ref: 'refs/tags/v1.4.3', commit: 'b'.repeat(40), actor: 'bob' },
    ],
    ['renamed, with the same id', { repository: 'acme/right-pad' }],
  ])('is none where all is %s', (_case, path) => {
    expect(findingOf(path)).toBeUndefined();
  });

  it('is none where it became stricter, or where more is told than before', () => {
    const { environment: _, refProtected: __, repositoryId: ___, ...less } = githubPath;
    const loose = stored({ trustedPublisher: { publisherId, path: { ...less, runner: 'self-hosted' } } });
    const predecessors = { newest: loose, trusted: loose, proven: null, samePublisher: loose, sameBranch: null };
    expect(discontinuityOf(arrivingBy({}), predecessors, 'hold')).toBeUndefined();
  });

  it('is compared with the same publisher, so that two workflows take turns; a new one with whoever was last', () => {
    const other = stored({
      trustedPublisher: publisherWith({ workflow: '.github/workflows/canary.yml', event: 'schedule' }),
    });
    const turns = { newest: other, trusted: other, proven: null, samePublisher: before, sameBranch: null };
    expect(discontinuityOf(arrivingBy({}), turns, 'hold')).toBeUndefined();
    expect(discontinuityOf(arrivingBy({}), { ...turns, samePublisher: null }, 'hold')?.predecessor).toBe(other);
  });

  it('is another branch, and no other tag', () => {
    const onMain = stored({ trustedPublisher: publisherWith({ ref: 'refs/heads/main', refType: 'branch' }) });
    const predecessors = { newest: onMain, trusted: onMain, proven: null, samePublisher: onMain, sameBranch: null };
    const from = (ref: string) =>
      discontinuityOf(arrivingBy({ ref, refType: 'branch' }), predecessors, 'hold')?.finding;
    expect(from('refs/heads/main')).toBeUndefined();
    expect(from('refs/heads/x')?.message).toContain('branch refs/heads/main → refs/heads/x');
  });

  it('is found by who the token is of, where the issuer tells of no repository and no workflow', () => {
    const of = (actor: string) => ({
      publisherId,
      path: { provider: 'generic', issuer: 'https://issuer.example', actor },
    });
    const robot = stored({ trustedPublisher: of('robot') });
    const predecessors = { newest: robot, trusted: robot, proven: null, samePublisher: null, sameBranch: null };
    expect(discontinuityOf(origin({ trustedPublisher: of('robot') }), predecessors, 'hold')).toBeUndefined();
    const message = discontinuityOf(origin({ trustedPublisher: of('other') }), predecessors, 'hold')?.finding.message;
    expect(message).toContain('1.4.2 came from robot through');
    expect(message).toContain('identity robot → other');
  });

  it('is also found between releases with provenance alone, and not between what cannot be compared', () => {
    const proven = stored({ provenance });
    const predecessors = { newest: proven, trusted: null, proven, samePublisher: null, sameBranch: null };
    const elsewhere = { ...provenance, repositoryId: '9', repositoryUrl: 'https://github.com/evil/left-pad' };
    expect(discontinuityOf(origin({ provenance: elsewhere }), predecessors, 'flag')?.finding).toMatchObject({
      level: 'flag',
      message: expect.stringContaining('https://github.com/evil/left-pad (9)') as string,
    });
    expect(discontinuityOf(origin({ provenance }), predecessors, 'hold')).toBeUndefined();
    const exception = { ...predecessors, newest: stored() };
    expect(discontinuityOf(origin({ provenance: elsewhere }), exception, 'hold')?.predecessor).toBe(proven);
    expect(discontinuityOf(origin(), predecessors, 'hold')).toBeUndefined();
    expect(
      discontinuityOf(
        arrivingBy({}),
        { newest: null, trusted: null, proven: null, samePublisher: null, sameBranch: null },
        'hold',
      ),
    ).toBeUndefined();
  });

  it('is one of who signed, where the certificate names neither repository nor workflow (P2)', () => {
    const signedBy = (identity: string, more: Partial<VerifiedProvenance> = {}): VerifiedProvenance => {
      const { predicateType, signedAt } = provenance;
      return { predicateType, signedAt, issuer: 'https://accounts.google.com', identity, ...more };
    };
    const proven = stored({ provenance: signedBy('release@acme.iam.gserviceaccount.com') });
    const predecessors = { newest: proven, trusted: null, proven, samePublisher: null, sameBranch: null };
    const by = (shown: VerifiedProvenance) => discontinuityOf(origin({ provenance: shown }), predecessors, 'hold');
    expect(by(signedBy('release@acme.iam.gserviceaccount.com'))).toBeUndefined();
    const stolen = by(signedBy('thief@gmail.com'))?.finding;
    expect(stolen).toMatchObject({ rule: 'P2', code: 'path.discontinuity', level: 'hold' });
    expect(stolen?.message).toContain('identity release@acme.iam.gserviceaccount.com → thief@gmail.com');
    expect(by(signedBy('thief@gmail.com', { repositoryUrl: 'https://example.com/evil' }))?.finding.code).toBe(
      'path.discontinuity',
    );
  });
});

describe('a release from a branch that its publisher came from before (P2)', () => {
  const onBranch = (ref: string, path: Partial<ReleasePath> = {}) =>
    stored({ trustedPublisher: publisherWith({ ref, refType: 'branch', ...path }, publisherId) });
  const fromOld = (path: Partial<ReleasePath>) => arrivingBy({ ref: 'refs/heads/old', refType: 'branch', ...path });
  const newest = onBranch('refs/heads/main');
  const found = (sameBranch: typeof newest, path: Partial<ReleasePath>) =>
    discontinuityOf(
      fromOld(path),
      { newest, trusted: newest, proven: null, samePublisher: newest, sameBranch },
      'hold',
    );

  it('is excused for the branch, also where the newest came from a tag', () => {
    expect(found(onBranch('refs/heads/old'), {})).toBeUndefined();
    const turns = { proven: null, sameBranch: onBranch('refs/heads/old') };
    const onTag = { ...turns, newest: before, trusted: before, samePublisher: before };
    expect(discontinuityOf(fromOld({}), onTag, 'hold')).toBeUndefined();
  });

  it.each([
    ['environment', { environment: undefined }, 'environment release → none'],
    ['protected ref', { refProtected: false }, 'protected ref true → false'],
    ['runner', { runner: 'self-hosted' }, 'runner hosted → self-hosted'],
    ['event', { event: 'workflow_dispatch' }, 'event push → workflow_dispatch'],
  ] as const)('is not excused for another %s than the newest has', (_what, weak, words) => {
    const weakThen = { ...weak } as Partial<ReleasePath>;
    const comparison = found(onBranch('refs/heads/old', weakThen), weakThen);
    expect(comparison?.predecessor).toBe(newest);
    expect(comparison?.finding.message).toContain(`Different: ${words}.`);
  });

  it('is compared with the last one of its branch as well', () => {
    const weakMain = onBranch('refs/heads/main', { refProtected: false });
    const old = onBranch('refs/heads/old');
    const predecessors = {
      newest: weakMain,
      trusted: weakMain,
      proven: null,
      samePublisher: weakMain,
      sameBranch: old,
    };
    expect(discontinuityOf(fromOld({ refProtected: false }), predecessors, 'hold')?.predecessor).toBe(old);
  });
});
