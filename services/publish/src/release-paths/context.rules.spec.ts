import { describe, expect, it } from 'vitest';
import { githubPath } from '../../test/release-origins.js';
import type { ReleaseRules } from '../release-policies/release-policy.rules.js';
import { defaultReleasePolicy } from '../release-policies/release-policy.rules.js';
import { contextFindings, isEventOfStrangers } from './context.rules.js';

const { environment: _, refProtected: __, runner: ___, ref: ____, event: _____, ...silent } = githubPath;

describe('what a job has to be (P3)', () => {
  it.each<[string, Partial<ReleaseRules>]>([
    ['nothing', {}],
    ['one of some environments, in any case', { environments: ['prod', 'Release'] }],
    ['on a protected ref', { protectedRef: true }],
    ['on a tag like another', { refs: ['refs/tags/v*'] }],
    ["on a machine of the provider's", { hostedRunner: true }],
    ['started by one of some events', { events: ['release', 'push'] }],
  ])('may be %s', (_case, wanted) => {
    expect(contextFindings(githubPath, { ...defaultReleasePolicy, ...wanted })).toEqual([]);
  });

  it.each<[string, Partial<ReleaseRules>, string]>([
    ['environment', { environments: ['prod'] }, 'the environment prod, and comes from'],
    ['ref', { refs: ['refs/tags/v2*', 'refs/heads/main'] }, 'a ref like refs/tags/v2* or refs/heads/main'],
    ['event', { events: ['release'] }, 'started by release, and was started by'],
    ['protection', { protectedRef: true }, 'a protected branch or tag'],
    ['runner', { hostedRunner: true }, 'a machine of the provider'],
  ])('is told by its %s, and is not taken for granted where the issuer does not tell it', (_case, wanted, words) => {
    const other = { ...githubPath, refProtected: false, runner: 'self-hosted' as const };
    for (const path of [other, silent]) {
      const found = contextFindings(path, { ...defaultReleasePolicy, ...wanted });
      expect(found).toMatchObject([{ rule: 'P3', code: 'path.context', level: 'refuse' }]);
      expect(found[0]?.message).toContain(words);
    }
  });

  it('is of no concern where no trusted publisher publishes', () => {
    expect(contextFindings(undefined, { ...defaultReleasePolicy, environments: ['prod'] })).toEqual([]);
  });

  it('is never what strangers can start (T9)', () => {
    expect(isEventOfStrangers({ ...githubPath, event: 'pull_request_target' })).toBe(true);
    expect(isEventOfStrangers(githubPath)).toBe(false);
    expect(isEventOfStrangers({ ...githubPath, provider: '__proto__', event: 'push' })).toBe(false);
  });
});
