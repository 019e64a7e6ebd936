import { describe, expect, it } from 'vitest';
import type { OrganizationId, PublisherId, RepositoryId, TokenId, UserId } from './ids.js';
import type { Principal, TokenScope } from './principal.js';
import { anonymous, publisherIn, publishersOf } from './principal.js';
import type { PackagePurl } from './purl.js';

const [ours, theirs, neither] = ['ours' as RepositoryId, 'theirs' as RepositoryId, 'neither' as RepositoryId];
const purl = 'pkg:npm/left-pad' as PackagePurl;
const path = { provider: 'github-actions', issuer: 'https://token.actions.githubusercontent.com' };

function tokenWith(scopes: readonly TokenScope[], publisherId?: PublisherId): Principal {
  const publisher = publisherId === undefined ? {} : { publisher: { publisherId, path } };
  const person = { userId: 'u' as UserId, username: 'nobody', installationAdmin: false, grants: [] };
  return { kind: 'token', tokenId: 't' as TokenId, scopes, ...publisher, ...person };
}

function scopeIn(repositoryId: RepositoryId | undefined, publisherId?: string): TokenScope {
  const on =
    repositoryId === undefined ? { kind: 'everything' as const } : { kind: 'package' as const, repositoryId, purl };
  return {
    actions: ['publish'],
    on,
    ...(publisherId === undefined ? {} : { publisherId: publisherId as PublisherId }),
  };
}

describe('the trusted publisher that somebody acts for', () => {
  it('is in each repository the one that is its own (T11)', () => {
    const caller = tokenWith([scopeIn(ours, 'p1'), scopeIn(theirs, 'p2')], 'p1' as PublisherId);
    expect(publisherIn(caller, ours, purl)).toEqual({ publisherId: 'p1', path });
    expect(publisherIn(caller, theirs, purl)).toEqual({ publisherId: 'p2', path });
    expect(publisherIn(caller, neither, purl)).toBeUndefined();
  });

  it('came there as that organization reads the tokens of its issuer', () => {
    const caller = tokenWith([scopeIn(ours, 'p1'), scopeIn(theirs, 'p2')], 'p1' as PublisherId);
    if (caller.kind !== 'token' || caller.publisher === undefined) throw new Error('no publisher');
    const read = {
      ...caller,
      publisher: { ...caller.publisher, otherPaths: { p2: { ...path, provider: 'generic' } } },
    };
    expect(publisherIn(read, ours, purl)?.path.provider).toBe('github-actions');
    expect(publisherIn(read, theirs, purl)?.path.provider).toBe('generic');
  });

  it('is of several in one repository the one that names the package most narrowly (T10)', () => {
    const pattern = (purlPrefix: string, publisherId: string): TokenScope => ({
      ...scopeIn(ours, publisherId),
      on: { kind: 'pattern', organizationId: 'o' as OrganizationId, repositoryId: ours, purlPrefix },
    });
    const whole: TokenScope = { ...scopeIn(ours, 'whole'), on: { kind: 'repository', repositoryId: ours } };
    const scopes = [whole, pattern('pkg:npm/', 'npm'), pattern('pkg:npm/left-', 'left'), scopeIn(ours, 'named')];
    const of = (name: string) =>
      publisherIn(tokenWith(scopes, 'whole' as PublisherId), ours, `pkg:${name}` as PackagePurl)?.publisherId;
    expect(['npm/left-pad', 'npm/left-over', 'npm/right', 'pypi/right'].map(of)).toEqual([
      'named',
      'left',
      'npm',
      'whole',
    ]);
    const narrow = tokenWith([pattern('pkg:npm/a-', 'alice')], 'alice' as PublisherId);
    expect(publisherIn(narrow, ours, purl)).toBeUndefined();
  });

  it('are all that its scopes name', () => {
    expect(
      publishersOf(tokenWith([scopeIn(ours, 'p2'), scopeIn(theirs), scopeIn(neither, 'p2')], 'p1' as PublisherId)),
    ).toEqual(['p2', 'p1']);
    expect(publishersOf(tokenWith([scopeIn(ours, 'p1')]))).toEqual([]);
  });

  it('is the only one of a token for one, whose scopes do not say it', () => {
    expect(publisherIn(tokenWith([scopeIn(ours)], 'p1' as PublisherId), ours, purl)).toEqual({
      publisherId: 'p1',
      path,
    });
  });

  it('is none for people, whatever their scopes say', () => {
    expect(publisherIn(tokenWith([scopeIn(ours, 'p1')]), ours, purl)).toBeUndefined();
    expect(publisherIn(tokenWith([scopeIn(undefined)], 'p1' as PublisherId), ours, purl)).toBeUndefined();
    expect(publisherIn(anonymous, ours, purl)).toBeUndefined();
  });
});
