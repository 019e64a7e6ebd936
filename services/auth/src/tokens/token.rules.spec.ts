import type { OrganizationId, PackagePurl, RepositoryId, TokenScope } from '@waybill/domain';
import { newTokenText } from '@waybill/domain';
import { describe, expect, it } from 'vitest';
import { expiryOf, isWithinCeiling, nativeLoginScopes, oneLine, shownPrefix } from './token.rules.js';
import { parseTokenScopes } from './token-scopes.schema.js';

const main = '6f1c9a4e-0000-4000-8000-000000000001' as RepositoryId;
const other = '6f1c9a4e-0000-4000-8000-000000000002' as RepositoryId;
const purl = 'pkg:npm/left-pad' as PackagePurl;

const everything: TokenScope = { actions: ['read', 'publish'], on: { kind: 'everything' } };
const inMain: TokenScope = { actions: ['read', 'publish'], on: { kind: 'repository', repositoryId: main } };
const inOther: TokenScope = { actions: ['read'], on: { kind: 'repository', repositoryId: other } };
const ofPackage: TokenScope = { actions: ['publish'], on: { kind: 'package', repositoryId: main, purl } };

describe('the ceiling of a token (A4)', () => {
  it('lets a token create narrower ones', () => {
    expect(isWithinCeiling([everything], [everything])).toBe(true);
    expect(isWithinCeiling([inMain, ofPackage], [everything])).toBe(true);
    expect(isWithinCeiling([ofPackage], [inMain])).toBe(true);
    expect(
      isWithinCeiling(
        [inMain],
        [
          { ...inMain, actions: ['read'] },
          { ...inMain, actions: ['publish'] },
        ],
      ),
    ).toBe(true);
  });

  it('lets no token create a wider one', () => {
    expect(isWithinCeiling([everything], [inMain])).toBe(false);
    expect(isWithinCeiling([inMain], [ofPackage])).toBe(false);
    expect(isWithinCeiling([inOther], [inMain])).toBe(false);
    expect(isWithinCeiling([{ ...inMain, actions: ['admin'] }], [everything])).toBe(false);
    expect(isWithinCeiling([inMain, inOther], [inMain])).toBe(false);
    expect(
      isWithinCeiling(
        [{ ...ofPackage, on: { kind: 'package', repositoryId: main, purl: 'pkg:npm/right-pad' as PackagePurl } }],
        [ofPackage],
      ),
    ).toBe(false);
    expect(isWithinCeiling([inMain], [])).toBe(false);
    const organizationId = '6f1c9a4e-0000-4000-8000-000000000003' as OrganizationId;
    const everywhere = { kind: 'pattern' as const, organizationId, purlPrefix: 'pkg:npm/' };
    const here: TokenScope = { actions: ['publish'], on: { ...everywhere, repositoryId: main } };
    expect(isWithinCeiling([here], [{ ...here, on: everywhere }])).toBe(true);
    expect(isWithinCeiling([{ ...here, on: everywhere }], [here])).toBe(false);
    expect(isWithinCeiling([{ ...here, on: { ...everywhere, repositoryId: other } }], [here])).toBe(false);
  });

  it('gives a native login nothing that manages people or tokens', () => {
    const managing = ['admin', 'manage-access', 'approve', 'review-findings'];
    expect(nativeLoginScopes.flatMap((scope) => scope.actions).filter((action) => managing.includes(action))).toEqual(
      [],
    );
  });
});

describe('when a token expires', () => {
  const now = new Date('2026-01-01T00:00:00Z');
  const days = (count: number) => new Date(now.getTime() + count * 86_400_000);
  const lifetime = { now, wanted: undefined, defaultDays: 90, maxDays: 365, ceiling: undefined };

  it('is in 90 days unless somebody says otherwise, and never later than the token that made it', () => {
    expect(expiryOf(lifetime)).toEqual(days(90));
    expect(expiryOf({ ...lifetime, ceiling: days(3) })).toEqual(days(3));
    expect(expiryOf({ ...lifetime, wanted: days(365) })).toEqual(days(365));
  });

  it('is neither past nor too far away, nor beyond the ceiling (A4)', () => {
    expect(() => expiryOf({ ...lifetime, wanted: days(366) })).toThrow('within 365 days');
    expect(() => expiryOf({ ...lifetime, wanted: now })).toThrow('in the future');
    expect(() => expiryOf({ ...lifetime, wanted: days(10), ceiling: days(3) })).toThrow('outlives');
  });
});

describe('what a token shows of itself', () => {
  it('is too little to be used', () => {
    const text = newTokenText();
    expect(shownPrefix(text)).toBe(`${text.slice(0, 7)}…`);
  });
});

describe('what others wrote', () => {
  it('is kept on one line, without control characters', () => {
    expect(oneLine('npm\0 login\r\n\u001b[31mfrom\t10.0.0.7 ')).toBe('npm  login [31mfrom 10.0.0.7');
  });
});

describe('scopes', () => {
  it.each([
    [[]],
    [[{ actions: [], on: { kind: 'everything' } }]],
    [[{ actions: ['fly'], on: { kind: 'everything' } }]],
    [[{ actions: ['read'], on: { kind: 'repository' } }]],
    [[{ actions: ['read'], on: { kind: 'package', repositoryId: main, purl: 'left-pad' } }]],
    [Array.from({ length: 51 }, () => everything)],
    ['everything'],
    [null],
  ])('refuses %j', (scopes) => {
    expect(() => parseTokenScopes(scopes)).toThrow('The scopes of a token');
  });
});
