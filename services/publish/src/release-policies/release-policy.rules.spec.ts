import type { PackagePurl } from '@waybill/domain';
import { describe, expect, it } from 'vitest';
import { policyOf } from './policy-wish.rules.js';
import { defaultReleasePolicy, rulesFor, wholePolicy } from './release-policy.rules.js';

const scoped = 'pkg:npm/%40acme/left-pad' as PackagePurl;
const core = 'pkg:maven/com.acme.core/left' as PackagePurl;

describe('what is asked of one package', () => {
  it('is what every repository asks where nothing is stored, also of what is missing in an older document', () => {
    expect(wholePolicy(null)).toEqual(defaultReleasePolicy);
    expect(wholePolicy({ downgrade: 'refuse' })).toEqual({ ...defaultReleasePolicy, downgrade: 'refuse' });
  });

  it('is to hold a downgrade and a discontinuity, and to refuse a job that is not as it should be, unless said', () => {
    const { patterns: _, ...rules } = defaultReleasePolicy;
    expect(rulesFor(defaultReleasePolicy, scoped, null)).toEqual(rules);
    expect(rules).toMatchObject({ downgrade: 'hold', discontinuity: 'hold', context: 'refuse', source: 'flag' });
    expect(rules.trustedPublishingOnly).toBe('after-first');
  });

  it('is what the narrowest pattern says that reaches its name, and for the rest what its repository does', () => {
    const policy = policyOf({
      discontinuity: 'flag',
      patterns: [
        { ecosystem: 'maven', kind: 'prefix', pattern: 'com.acme', downgrade: 'refuse' },
        { ecosystem: 'maven', kind: 'prefix', pattern: 'com.acme.core', trustedPublishingOnly: 'always' },
        { ecosystem: 'npm', kind: 'scope', pattern: '@other', downgrade: 'refuse' },
      ],
    });
    expect(rulesFor(policy, core, null)).toMatchObject({
      downgrade: 'hold',
      discontinuity: 'flag',
      trustedPublishingOnly: 'always',
    });
    const outer = 'pkg:maven/com.acme.corelike/left' as PackagePurl;
    expect(rulesFor(policy, outer, null)).toMatchObject({ downgrade: 'refuse', trustedPublishingOnly: 'after-first' });
    expect(rulesFor(policy, scoped, null)).toMatchObject({ downgrade: 'hold', discontinuity: 'flag' });
  });

  it('is what its owner says of it, unless the repository says always', () => {
    expect(rulesFor(policyOf({}), scoped, 'never').trustedPublishingOnly).toBe('never');
    expect(rulesFor(policyOf({}), scoped, 'always').trustedPublishingOnly).toBe('always');
    expect(rulesFor(policyOf({ trustedPublishingOnly: 'always' }), scoped, 'never').trustedPublishingOnly).toBe(
      'always',
    );
    expect(rulesFor(policyOf({ trustedPublishingOnly: 'never' }), scoped, 'after-first').trustedPublishingOnly).toBe(
      'after-first',
    );
  });
});

describe('a policy that is wished for', () => {
  it('has patterns once, and those that its ecosystem has names for', () => {
    const pattern = { ecosystem: 'npm', kind: 'scope', pattern: '@Acme' } as const;
    expect(policyOf({ patterns: [pattern] }).patterns).toEqual([{ ...pattern, pattern: '@acme' }]);
    expect(() => policyOf({ patterns: [pattern, { ...pattern, pattern: '@acme/' }] })).toThrow(/there twice/);
    expect(() => policyOf({ patterns: [{ ...pattern, pattern: 'acme' }] })).toThrow(/no names like this/);
    expect(() => policyOf({ patterns: [{ ...pattern, kind: 'prefix' }] })).toThrow(/claims a scope/);
  });
});
