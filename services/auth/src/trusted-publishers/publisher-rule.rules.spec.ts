import type { TrustedPublisherDraft } from '@waybill/trusted-publishing';
import { fromForgejo, fromGithub } from '@waybill/trusted-publishing';
import { describe, expect, it } from 'vitest';
import { hasSameConditions, isOfSame, isSameRule, soundRule, warningsOf } from './publisher-rule.rules.js';

const github = fromGithub({ owner: 'acme', repository: 'left-pad', workflow: 'release.yml' });
const codesOf = (rule: TrustedPublisherDraft, more: object = {}) =>
  warningsOf(rule, { publishes: true, pending: false, ...more }).map(({ code }) => code);

describe('a rule that somebody registers', () => {
  it('lists no event that strangers can start (T9)', () => {
    for (const event of ['pull_request_target', 'workflow_run', 'issue_comment']) {
      const wanted = { ...github, events: ['push', event] };
      expect(() => soundRule(wanted)).toThrow(expect.objectContaining({ code: 'trusted-publisher.untrusted-event' }));
    }
    expect(soundRule({ ...github, events: ['push', 'release'] }).events).toEqual(['push', 'release']);
  });

  it('names an environment only where tokens do, as nothing would ever match otherwise', () => {
    const issuer = 'https://forge.example/api/actions';
    const forgejo = fromForgejo({ issuer, owner: 'acme', repository: 'left-pad', workflow: 'release.yml' });
    expect(() => soundRule({ ...forgejo, environment: 'release' })).toThrow(
      expect.objectContaining({ code: 'trusted-publisher.malformed', details: { field: 'environment' } }),
    );
    expect(soundRule({ ...github, environment: 'release' }).environment).toBe('release');
  });

  it('is the same as another whatever was pinned in it, and in whatever order it is written', () => {
    const { issuer, provider, conditions, pinned } = github;
    expect(isSameRule(github, { pinned, conditions, provider, issuer })).toBe(true);
    expect(isSameRule(github, { ...github, pinned: { repository_id: '1' } })).toBe(true);
    expect(isSameRule(github, { ...github, environment: 'release' })).toBe(false);
  });

  it('is of the same repository as long as what it is found by is the same', () => {
    const other = fromGithub({ owner: 'acme', repository: 'right-pad', workflow: 'release.yml' });
    const renamed = fromGithub({ owner: 'Acme', repository: 'Left-Pad', workflow: 'other.yml' });
    expect([isOfSame(github, other), isOfSame(github, renamed)]).toEqual([false, true]);
  });

  it('is about the same projects as long as its conditions are, however many are found by the same (T3)', () => {
    const wide = (matches: string) => ({
      ...github,
      conditions: [
        { claim: 'repository_owner', is: 'acme' },
        { claim: 'repository', matches },
      ],
    });
    const [mine, theirs] = [wide('acme/mine*'), wide('acme/victim*')];
    expect([isOfSame(mine, theirs), hasSameConditions(mine, theirs)]).toEqual([true, false]);
    expect(hasSameConditions(mine, { ...wide('acme/mine*'), environment: 'release' })).toBe(true);
  });
});

describe('what whoever registers a rule is told', () => {
  it('says that no environment is named and no id is pinned', () => {
    expect(codesOf(github)).toEqual(['environment-missing', 'ids-not-pinned']);
    const pinned = { repository_id: '1', repository_owner_id: '2' };
    expect(codesOf({ ...github, environment: 'release', pinned })).toEqual([]);
  });

  it('says nothing of environments where nothing is published, and that a name is not reserved', () => {
    expect(codesOf(github, { publishes: false, pending: true })).toEqual(['ids-not-pinned', 'name-not-reserved']);
  });
});
