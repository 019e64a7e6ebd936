import { describe, expect, it } from 'vitest';
import { isLooserOwnMode, looserIn, looserRules } from './looser.rules.js';
import type { PolicyWish } from './policy-wish.rules.js';
import { policyOf } from './policy-wish.rules.js';
import type { ReleaseRules, TrustedPublishingMode } from './release-policy.rules.js';
import { defaultReleasePolicy } from './release-policy.rules.js';

const { patterns: _, ...rules } = defaultReleasePolicy;

/** From the strictest on. */
const ladders: { readonly [Field in keyof ReleaseRules]: readonly ReleaseRules[Field][] } = {
  downgrade: ['refuse', 'hold', 'flag'],
  discontinuity: ['refuse', 'hold', 'flag'],
  context: ['refuse', 'hold', 'flag'],
  source: ['refuse', 'hold', 'flag'],
  trustedPublishingOnly: ['always', 'after-first', 'never'],
  environments: [['release'], ['release', 'test'], []],
  protectedRef: [true, false],
  refs: [['refs/tags/v*'], ['refs/tags/v*', 'refs/heads/main'], []],
  hostedRunner: [true, false],
  events: [['release'], ['release', 'push'], []],
};

describe.each(Object.entries(ladders))('%s', (field, ladder) => {
  const at = (value: unknown): ReleaseRules => ({ ...rules, [field]: value });
  const pairs = ladder.flatMap((one, index) => ladder.slice(index + 1).map((other) => [one, other] as const));

  it.each(pairs)('is looser from %j to %j, and not the other way round (W7)', (strict, loose) => {
    expect(looserRules(at(strict), at(loose))).toEqual([field]);
    expect(looserRules(at(loose), at(strict))).toEqual([]);
    expect(looserRules(at(strict), at(strict))).toEqual([]);
  });
});

describe('a list of which one is needed', () => {
  it.each(['environments', 'refs', 'events'] as const)('%s is looser with another one in its place (W7)', (field) => {
    expect(looserRules({ ...rules, [field]: ['one'] }, { ...rules, [field]: ['other'] })).toEqual([field]);
  });

  it('is looser with a pattern that reaches more, and also with one that only is written otherwise (W7)', () => {
    expect(looserRules({ ...rules, refs: ['refs/tags/v*'] }, { ...rules, refs: ['refs/**'] })).toEqual(['refs']);
  });
});

function npm(pattern: string, own: Partial<ReleaseRules>) {
  return { ecosystem: 'npm', kind: 'scope', pattern, ...own } as const;
}

function maven(pattern: string, own: Partial<ReleaseRules>) {
  return { ecosystem: 'maven', kind: 'prefix', pattern, ...own } as const;
}

function looserBetween(before: PolicyWish, after: PolicyWish): string[] {
  return looserIn(policyOf(before), policyOf(after));
}

describe('a policy asks less', () => {
  it('in each field of all names, and of those that a pattern reaches where it says nothing else (W7)', () => {
    const patterns = [npm('@acme', { downgrade: 'refuse' })];
    expect(looserBetween({ patterns }, { downgrade: 'flag', source: 'refuse', patterns })).toEqual(['downgrade']);
    expect(looserBetween({ patterns }, { discontinuity: 'flag', patterns })).toEqual([
      'discontinuity',
      'npm @acme: discontinuity',
    ]);
  });

  it.each(Object.entries(ladders))('where a pattern softens %s (W7)', (field, ladder) => {
    const [strict, loose] = [ladder[0], ladder.at(-1)];
    const found = looserBetween(
      { [field]: strict, patterns: [npm('@acme', {})] },
      { [field]: strict, patterns: [npm('@acme', { [field]: loose })] },
    );
    expect(found).toEqual([`npm @acme: ${field}`]);
  });

  it('where a pattern that asks more is taken away, or says less of it (W7)', () => {
    const patterns = [npm('@acme', { downgrade: 'refuse', refs: ['refs/tags/*'] })];
    expect(looserBetween({ patterns }, {})).toEqual(['npm @acme: downgrade', 'npm @acme: refs']);
    expect(looserBetween({ patterns }, { patterns: [npm('@acme', { downgrade: 'refuse' })] })).toEqual([
      'npm @acme: refs',
    ]);
  });

  it('where a narrower pattern that asks less than a wider one is added (W7)', () => {
    const wide = maven('com.acme', { trustedPublishingOnly: 'always' });
    expect(looserBetween({ patterns: [wide] }, { patterns: [wide, maven('com.acme.core', {})] })).toEqual([
      'maven com.acme.core: trustedPublishingOnly',
    ]);
  });

  it('where a narrower pattern goes that asked more than a wider one (W7)', () => {
    const wide = maven('com.acme', { downgrade: 'flag' });
    const narrow = maven('com.acme.core', { downgrade: 'refuse' });
    expect(looserBetween({ patterns: [wide, narrow] }, { patterns: [wide] })).toEqual([
      'maven com.acme.core: downgrade',
    ]);
  });

  it('where one name is taken out of what others ask that begin with it (W7)', () => {
    const prefix = { ecosystem: 'pypi', kind: 'prefix', pattern: 'acme', source: 'refuse' } as const;
    const name = { ecosystem: 'pypi', kind: 'name', pattern: 'acme' } as const;
    expect(looserBetween({ patterns: [prefix] }, { patterns: [prefix, name] })).toEqual(['pypi acme: source']);
    expect(looserBetween({ patterns: [{ ...name, source: 'refuse' }] }, { patterns: [prefix] })).toEqual([]);
  });

  it('not where a pattern that asked less is taken away, where another order says the same, or where more is asked (W7)', () => {
    const soft = npm('@acme', { downgrade: 'flag' });
    const other = npm('@other', { downgrade: 'refuse' });
    expect(looserBetween({ patterns: [soft] }, {})).toEqual([]);
    expect(looserBetween({ patterns: [soft, other] }, { patterns: [other, soft] })).toEqual([]);
    expect(looserBetween({}, { downgrade: 'refuse', patterns: [other] })).toEqual([]);
  });

  it('not where its pattern repeats what its repository asks (W7)', () => {
    expect(looserBetween({}, { patterns: [npm('@acme', { downgrade: 'hold' })] })).toEqual([]);
  });
});

describe('what is said of one package', () => {
  const modes: readonly (TrustedPublishingMode | null)[] = [null, 'after-first', 'always', 'never'];
  const looserFrom = (before: TrustedPublishingMode | null) => modes.filter((after) => isLooserOwnMode(before, after));

  it('is looser where it could let through more, whatever its repository asks by then (W7)', () => {
    expect(looserFrom('always')).toEqual([null, 'after-first', 'never']);
    expect(looserFrom('after-first')).toEqual([null, 'never']);
    expect(looserFrom(null)).toEqual(['never']);
    expect(looserFrom('never')).toEqual([]);
  });
});
