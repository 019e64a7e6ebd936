import { describe, expect, it } from 'vitest';
import { readExample } from '../../test/read-example.js';
import { matchPublisher } from '../match-publisher.js';
import { fromGithub } from '../shorthand/publisher-words.js';
import { textOf } from '../token-claims.js';
import { eventsOfStrangers, githubActions } from './github-actions.js';

const publisher = fromGithub({ owner: 'acme', repository: 'left-pad', workflow: 'release.yml' });

function matches(changes: Record<string, unknown>, rule = publisher) {
  return matchPublisher(rule, readExample('github-actions', changes));
}

describe('the issuers of GitHub Actions', () => {
  it.each([
    'https://token.actions.githubusercontent.com',
    'https://token.actions.githubusercontent.com/acme-inc',
    'https://token.actions.acme.ghe.com',
    'https://github.acme.example/_services/token',
    'http://127.0.0.1:4873/_services/token',
  ])('%s is one', (issuer) => {
    expect(githubActions.issuerOf(issuer)).toBe(issuer);
  });

  it.each([
    'http://token.actions.githubusercontent.com',
    'https://token.actions.githubusercontent.com/a/b',
    'https://token.actions.githubusercontent.com.evil.example',
    'https://token.actions.githubusercontent.com@evil.example',
    'https://evil.example',
    'https://TOKEN.actions.githubusercontent.com',
    'https://token.actions.githubusercontent.com/_services/token',
    'https://github.acme.example/_services/token?x=1',
    'not a url',
  ])('%s is none (T3)', (issuer) => {
    expect(githubActions.issuerOf(issuer)).toBeUndefined();
  });
});

describe('a token of GitHub Actions', () => {
  it('says how the release came', () => {
    expect(githubActions.releasePath(readExample('github-actions', { environment: 'npm' }))).toEqual({
      provider: 'github-actions',
      issuer: 'https://token.actions.githubusercontent.com',
      repository: 'acme/left-pad',
      repositoryId: '74',
      repositoryUrl: 'https://github.com/acme/left-pad',
      owner: 'acme',
      ownerId: '65',
      workflow: '.github/workflows/release.yml',
      ref: 'refs/tags/v1.4.2',
      refType: 'tag',
      refProtected: true,
      commit: '7b3f0f6e1d5a4c9b8e2a1f0d9c8b7a6f5e4d3c2b',
      environment: 'npm',
      event: 'push',
      runner: 'hosted',
      runId: '16021432101',
      runUrl: 'https://github.com/acme/left-pad/actions/runs/16021432101',
      actor: 'octocat',
    });
  });

  it.each([
    ['https://token.actions.githubusercontent.com/acme-inc', 'https://github.com/acme/left-pad'],
    ['https://token.actions.acme.ghe.com', 'https://acme.ghe.com/acme/left-pad'],
    ['https://github.acme.example/_services/token', 'https://github.acme.example/acme/left-pad'],
  ])('of %s is read at %s', (iss, url) => {
    expect(githubActions.releasePath(readExample('github-actions', { iss })).repositoryUrl).toBe(url);
  });

  it('matches whatever its subject is, as that is a text of the administrator of the organization (pitfall 1)', () => {
    expect(matches({ sub: 'repo:evil/other:environment:x' }).matches).toBe(true);
  });

  it.each(['repository_id', 'repository_owner_id', 'repository', 'jti', 'event_name'])('needs %s (T4)', (claim) => {
    expect(() => readExample('github-actions', { [claim]: undefined })).toThrow(claim);
    expect(() => readExample('github-actions', { [claim]: 74 })).toThrow(claim);
  });

  it('pins the ids of the repository and its owner with the first use (pitfall 2, T8)', () => {
    expect(matches({})).toEqual({
      matches: true,
      pins: { repository_id: '74', repository_owner_id: '65' },
      unpinned: [],
    });
  });

  it('pins the owner alone where the rule is about all its repositories (T8)', () => {
    const rule = { ...publisher, conditions: [{ claim: 'repository_owner', is: 'acme' }] };
    expect(matches({}, rule)).toMatchObject({ pins: { repository_owner_id: '65' } });
  });

  it('ignores the case of owner, repository and environment, not that of the file (pitfall 3)', () => {
    const rule = { ...publisher, environment: 'Production' };
    const upper = { repository: 'ACME/Left-Pad', environment: 'production' };
    expect(matches(upper, rule).matches).toBe(true);
    const file = 'acme/left-pad/.github/workflows/Release.yml@refs/tags/v1.4.2';
    expect(matches({ workflow_ref: file }).matches).toBe(false);
  });

  it.each(eventsOfStrangers)('of %s is refused, even if a rule names it (pitfall 6, T9)', (event_name) => {
    const result = matches({ event_name }, { ...publisher, events: [event_name] });
    expect(result).toMatchObject({ matches: false, reasons: [{ what: 'untrusted-event', actual: event_name }] });
  });
});

describe('the workflow of a token of GitHub Actions', () => {
  const reusable = { job_workflow_ref: 'acme/workflows/.github/workflows/publish.yml@refs/heads/v2' };

  it('is the one that was started, and the file of the job is kept besides (pitfall 4)', () => {
    const claims = readExample('github-actions', reusable);
    expect(matchPublisher(publisher, claims).matches).toBe(true);
    expect(githubActions.releasePath(claims)).toMatchObject({
      workflow: '.github/workflows/release.yml',
      jobWorkflow: 'acme/workflows/.github/workflows/publish.yml',
    });
  });

  it('is the file of the job where the rule says so, and then of the repository that it names (pitfall 4)', () => {
    const words = { owner: 'acme', repository: 'left-pad', workflow: 'publish.yml' };
    const own = fromGithub({ ...words, matched: 'job' });
    const shared = fromGithub({ ...words, matched: { jobOf: 'acme/workflows' } });
    expect(matches(reusable, own).matches).toBe(false);
    expect(matches(reusable, shared).matches).toBe(true);
    expect(matches({ ...reusable, repository: 'evil/left-pad' }, shared).matches).toBe(false);
  });

  it.each([
    ['release.yml', 'refs/heads/a@b.yml', 'release.yml'],
    ['release.yml@evil.yml', 'refs/heads/main', 'release.yml@evil.yml'],
    ['release.yml', 'refs/tags/@acme/left-pad@1.4.2', 'release.yml'],
  ])('%s at %s is %s (pitfall 5, T8)', (file, ref, expected) => {
    const workflow_ref = `acme/left-pad/.github/workflows/${file}@${ref}`;
    const claims = readExample('github-actions', { ref, workflow_ref });
    expect(textOf(claims, 'workflow_path')).toBe(`.github/workflows/${expected}`);
  });

  it('is never taken for a shorter one when the ref is not the own of the token (pitfall 5)', () => {
    const workflow_ref = 'acme/left-pad/.github/workflows/release.yml@refs/heads/x@refs/heads/y';
    expect(matches({ workflow_ref }).matches).toBe(false);
  });

  it.each(['nothing', '@', 'acme/left-pad@refs/heads/main', 'acme//x.yml@refs/heads/main'])(
    'is none in %j',
    (workflow_ref) => {
      expect(textOf(readExample('github-actions', { workflow_ref }), 'workflow_path')).toBeUndefined();
    },
  );

  it('cannot be said by a claim that has the name of what is taken out of others', () => {
    const changes = { workflow_ref: undefined, workflow_path: '.github/workflows/release.yml' };
    expect(matches(changes).matches).toBe(false);
  });
});
