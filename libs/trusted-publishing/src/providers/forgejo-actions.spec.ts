import { describe, expect, it } from 'vitest';
import { readExample } from '../../test/read-example.js';
import { matchPublisher } from '../match-publisher.js';
import { fromForgejo } from '../shorthand/publisher-words.js';
import { forgejoActions } from './forgejo-actions.js';

const issuer = 'https://codeberg.org/api/actions';
const publisher = fromForgejo({ issuer, owner: 'acme', repository: 'left-pad', workflow: 'release.yml' });

function matches(changes: Record<string, unknown>) {
  return matchPublisher(publisher, readExample('forgejo-actions', changes));
}

describe('Forgejo Actions', () => {
  it.each([
    ['https://codeberg.org', issuer],
    ['https://codeberg.org/', issuer],
    [issuer, issuer],
    ['https://acme.example/forgejo', 'https://acme.example/forgejo/api/actions'],
  ])('of %s has the issuer %s', (configured, expected) => {
    expect(forgejoActions.issuerOf(configured)).toBe(expected);
  });

  it('has no tokens of GitHub (T3)', () => {
    expect(forgejoActions.issuerOf('https://token.actions.githubusercontent.com')).toBeUndefined();
  });

  it('says how the release came, with the page of its run', () => {
    expect(forgejoActions.releasePath(readExample('forgejo-actions'))).toEqual({
      provider: 'forgejo-actions',
      issuer,
      repository: 'acme/left-pad',
      repositoryId: '74',
      repositoryUrl: 'https://codeberg.org/acme/left-pad',
      owner: 'acme',
      ownerId: '65',
      workflow: '.forgejo/workflows/release.yml',
      ref: 'refs/tags/v1.4.2',
      refType: 'tag',
      refProtected: true,
      commit: '7b3f0f6e1d5a4c9b8e2a1f0d9c8b7a6f5e4d3c2b',
      event: 'push',
      runId: '420',
      runUrl: 'https://codeberg.org/acme/left-pad/actions/runs/12',
      actor: 'tea',
    });
  });

  it.each(['.forgejo', '.github'])('has its workflows in %s', (folder) => {
    const workflow_ref = `acme/left-pad/${folder}/workflows/release.yml@refs/tags/v1.4.2`;
    expect(matches({ workflow_ref }).matches).toBe(true);
  });

  it('needs neither jti nor ids, and tells which ids could not be pinned (T8)', () => {
    const old = { jti: undefined, repository_id: undefined, repository_owner_id: undefined };
    expect(matches(old)).toEqual({ matches: true, pins: {}, unpinned: ['repository_id', 'repository_owner_id'] });
    expect(forgejoActions.replayKey).toBe('token-hash');
  });

  it('refuses a token that keeps a pinned id to itself (T8)', () => {
    const rule = { ...publisher, pinned: { repository_id: '74' } };
    const claims = readExample('forgejo-actions', { repository_id: undefined });
    expect(matchPublisher(rule, claims)).toMatchObject({ matches: false, proven: false });
  });

  it('is not trusted with subjects, whose separator can be in a name (pitfall 1)', () => {
    expect(matches({ sub: 'repo:acme-65/left-pad-74:x', repository: 'acme-65/left-pad-74' }).matches).toBe(false);
  });

  it.each(['pull_request', 'pull_request_target', 'issue_comment'])('refuses %s (pitfall 6, T9)', (event_name) => {
    expect(matches({ event_name }).matches).toBe(false);
  });
});
