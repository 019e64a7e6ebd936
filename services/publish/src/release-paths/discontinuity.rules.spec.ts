import type { PublisherId, ReleasePath } from '@waybill/domain';
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
    { newest: before, trusted: before, proven: null, samePublisher: before },
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
    const predecessors = { newest: loose, trusted: loose, proven: null, samePublisher: loose };
    expect(discontinuityOf(arrivingBy({}), predecessors, 'hold')).toBeUndefined();
  });

  it('is compared with the same publisher, so that two workflows take turns; a new one with whoever was last', () => {
    const other = stored({
      trustedPublisher: publisherWith({ workflow: '.github/workflows/canary.yml', event: 'schedule' }),
    });
    const turns = { newest: other, trusted: other, proven: null, samePublisher: before };
    expect(discontinuityOf(arrivingBy({}), turns, 'hold')).toBeUndefined();
    expect(discontinuityOf(arrivingBy({}), { ...turns, samePublisher: null }, 'hold')?.predecessor).toBe(other);
  });

  it('is another branch, and no other tag', () => {
    const onMain = stored({ trustedPublisher: publisherWith({ ref: 'refs/heads/main', refType: 'branch' }) });
    const predecessors = { newest: onMain, trusted: onMain, proven: null, samePublisher: onMain };
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
    const predecessors = { newest: robot, trusted: robot, proven: null, samePublisher: null };
    expect(discontinuityOf(origin({ trustedPublisher: of('robot') }), predecessors, 'hold')).toBeUndefined();
    const message = discontinuityOf(origin({ trustedPublisher: of('other') }), predecessors, 'hold')?.finding.message;
    expect(message).toContain('1.4.2 came from robot through');
    expect(message).toContain('identity robot → other');
  });

  it('is also found between releases with provenance alone, and not between what cannot be compared', () => {
    const proven = stored({ provenance });
    const predecessors = { newest: proven, trusted: null, proven, samePublisher: null };
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
      discontinuityOf(arrivingBy({}), { newest: null, trusted: null, proven: null, samePublisher: null }, 'hold'),
    ).toBeUndefined();
  });
});
