import { describe, expect, it } from 'vitest';
import { issuers } from '../test/read-example.js';
import { parseRule } from './trusted-publisher-rule.js';

const rule = {
  id: '1',
  provider: 'github-actions',
  issuer: issuers['github-actions'],
  conditions: [{ claim: 'repository', is: 'acme/left-pad' }],
  pinned: {},
};

describe('a rule', () => {
  it('is taken as it is', () => {
    const whole = {
      ...rule,
      pinned: { repository_id: '74' },
      environment: 'npm',
      refs: ['refs/tags/v*'],
      requireProtectedRef: true,
      events: ['push'],
      runner: 'hosted',
    };
    expect(parseRule(whole)).toEqual(whole);
    expect(parseRule({ ...rule, environment: undefined })).toEqual(rule);
  });

  it.each([
    [{ provider: 'gitea' }, 'provider'],
    [{ issuer: 'https://evil.example' }, 'issuer'],
    [{ issuer: `${rule.issuer}/` }, 'issuer'],
    [{ conditions: [] }, 'conditions'],
    [{ conditions: Array.from({ length: 21 }, () => rule.conditions[0]) }, 'conditions'],
    [{ conditions: [{ claim: 'repository', is: '' }] }, 'conditions.0.is'],
    [{ conditions: [{ claim: 'repository', is: 'a', in: ['b'] }] }, 'conditions.0'],
    [{ conditions: [{ claim: 'repository', matches: '(a+)+', is: 'x' }] }, 'conditions.0'],
    [{ conditions: [{ claim: 'repository', matches: 'x'.repeat(201) }] }, 'conditions.0.matches'],
    [{ pinned: { repository_id: '' } }, 'pinned.repository_id'],
    [{ refs: [] }, 'refs'],
    [{ refs: ['refs/tags/v[0-9]'] }, 'refs.0'],
    [{ runner: 'mine' }, 'runner'],
    [{ other: 1 }, ''],
  ])('is none with %j', (changes, field) => {
    const error: unknown = expect.objectContaining({ code: 'trusted-publisher.malformed', details: { field } });
    expect(() => parseRule({ ...rule, ...changes })).toThrow(error);
  });

  it.each([
    [{ claim: 'workflow_path', is: '.github/workflows/release.yml' }],
    [{ claim: 'repository', matches: 'acme/*' }],
    [{ claim: 'repository', in: ['acme/left-pad'] }],
    [{ claim: 'sub', is: 'repo:acme/left-pad:ref:refs/tags/v1' }],
  ])('would be anybody’s with nothing but %j (pitfall 4)', (condition) => {
    const error: unknown = expect.objectContaining({ code: 'trusted-publisher.too-wide' });
    expect(() => parseRule({ ...rule, conditions: [condition] })).toThrow(error);
  });
});
