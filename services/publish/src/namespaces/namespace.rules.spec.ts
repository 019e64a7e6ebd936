import type { PackagePurl } from '@waybill/domain';
import { packagePurl } from '@waybill/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NamespaceKind, NamePattern } from './namespace.rules.js';
import {
  defaultDomainOf,
  domainShape,
  isProvenBy,
  keysOfPackage,
  namedEcosystems,
  namePattern,
  overlaps,
} from './namespace.rules.js';

/** What a claim means, said once more and otherwise than by lists of keys. */
function reaches({ ecosystem, matchKey, exact }: NamePattern, name: PackagePurl): boolean {
  const keys = keysOfPackage(name);
  if (keys?.ecosystem !== ecosystem) return false;
  return exact ? keys.key === matchKey : keys.key.startsWith(matchKey);
}

function purl(ecosystem: string, name: string, namespace?: string): PackagePurl {
  return packagePurl({ ecosystem, name, ...(namespace === undefined ? {} : { namespace }) });
}

describe('a claim on names', () => {
  it.each<[string, NamespaceKind, string, pattern: string]>([
    ['npm', 'scope', '@Acme', '@acme'],
    ['npm', 'scope', '@acme/', '@acme'],
    ['maven', 'prefix', 'com.Acme.tools', 'com.acme.tools'],
    ['nuget', 'prefix', 'Acme.', 'acme.'],
    ['nuget', 'prefix', 'Acme', 'acme.'],
    ['composer', 'vendor', 'Acme', 'acme'],
    ['oci', 'prefix', 'acme/team/', 'acme/team'],
    ['pypi', 'name', 'Flask_SQL.Alchemy', 'flask-sql-alchemy'],
    ['pypi', 'prefix', 'acme--_tools', 'acme-tools'],
    ['cargo', 'name', 'serde_json', 'serde-json'],
    ['gem', 'prefix', 'acme-', 'acme'],
    ['conda', 'name', 'NumPy', 'numpy'],
  ])('is normalised as %s does: %s %s', (ecosystem, kind, text, pattern) => {
    expect(namePattern(ecosystem, kind, text).pattern).toBe(pattern);
  });

  it.each<[string, NamespaceKind, string]>([
    ['npm', 'scope', 'acme'],
    ['npm', 'scope', '@'],
    ['npm', 'scope', '@acme/pad'],
    ['npm', 'name', 'left-pad'],
    ['maven', 'prefix', 'com'],
    ['maven', 'prefix', 'com..acme'],
    ['maven', 'scope', 'com.acme'],
    ['nuget', 'prefix', '.'],
    ['composer', 'vendor', 'acme/pad'],
    ['oci', 'prefix', '../up'],
    ['pypi', 'name', '-'],
    ['pypi', 'prefix', ''],
    ['pypi', 'name', 'a'.repeat(215)],
    ['pypi', 'name', 'аcme'],
    ['toString', 'name', 'acme'],
    ['docker', 'prefix', 'acme'],
  ])('is not %s %s %s (I6)', (ecosystem, kind, text) => {
    expect(() => namePattern(ecosystem, kind, text)).toThrow(expect.objectContaining({ kind: 'invalid' }));
  });

  it.each<[pattern: NamePattern, reached: PackagePurl[], notReached: PackagePurl[]]>([
    [
      namePattern('npm', 'scope', '@acme'),
      [purl('npm', 'pad', '@acme'), purl('npm', 'pad', '@ACME')],
      [purl('npm', 'pad', '@acme-labs'), purl('npm', 'acme'), purl('pypi', 'acme')],
    ],
    [
      namePattern('maven', 'prefix', 'com.acme'),
      [purl('maven', 'core', 'com.acme'), purl('maven', 'core', 'com.Acme.tools')],
      [purl('maven', 'core', 'com.acmelike'), purl('maven', 'com.acme', 'org.other')],
    ],
    [
      namePattern('nuget', 'prefix', 'Acme.'),
      [purl('nuget', 'Acme'), purl('nuget', 'ACME.Json')],
      [purl('nuget', 'AcmeJson')],
    ],
    [namePattern('composer', 'vendor', 'acme'), [purl('composer', 'pad', 'acme')], [purl('composer', 'acme', 'other')]],
    [
      namePattern('oci', 'prefix', 'acme/team'),
      [purl('oci', 'acme/team/app'), purl('oci', 'acme/team')],
      [purl('oci', 'acme/app'), purl('oci', 'acme/teams/app')],
    ],
    [
      namePattern('pypi', 'prefix', 'acme'),
      [purl('pypi', 'acme'), purl('pypi', 'acme-tools'), purl('pypi', 'acme.tools')],
      [purl('pypi', 'acmetools')],
    ],
    [namePattern('cargo', 'name', 'serde-json'), [purl('cargo', 'serde_json')], [purl('cargo', 'serde-json-path')]],
  ])(
    'reaches what is in it, however it is written, and nothing that only begins like it (I5): %j',
    (pattern, reached, not) => {
      for (const one of reached) expect([one, reaches(pattern, one)]).toEqual([one, true]);
      for (const one of not) expect([one, reaches(pattern, one)]).toEqual([one, false]);
    },
  );

  it('of an ecosystem that nobody claims names in reaches nothing', () => {
    expect(keysOfPackage(purl('generic', 'acme'))).toBeUndefined();
  });
});

const word = fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9]{0,3}$/);
const separators: Record<string, string> = { npm: '/', maven: '.', nuget: '.', composer: '/', oci: '/' };

function textOf(ecosystem: string, words: readonly string[]): string {
  const joined = words.join(separators[ecosystem] ?? '_');
  if (ecosystem === 'npm') return `@${words[0] ?? ''}`;
  if (ecosystem === 'composer') return words[0] ?? '';
  return ecosystem === 'maven' ? `com.${joined}` : joined;
}

const claim = fc
  .record({
    ecosystem: fc.constantFrom(...namedEcosystems),
    words: fc.array(word, { minLength: 1, maxLength: 3 }),
    exact: fc.boolean(),
  })
  .map(({ ecosystem, words, exact }) => {
    const isFlat = ['pypi', 'cargo', 'gem', 'conda'].includes(ecosystem);
    const kinds: Record<string, NamespaceKind> = { npm: 'scope', composer: 'vendor' };
    const kind = isFlat && exact ? 'name' : (kinds[ecosystem] ?? 'prefix');
    return namePattern(ecosystem, kind, textOf(ecosystem, words));
  });

const anyPackage = fc
  .record({ ecosystem: fc.constantFrom(...namedEcosystems), words: fc.array(word, { minLength: 2, maxLength: 4 }) })
  .map(({ ecosystem, words }) => {
    const [first = 'x', ...rest] = words;
    if (ecosystem === 'npm') return purl('npm', rest.join('-'), `@${first}`);
    if (ecosystem === 'maven') return purl('maven', 'core', `com.${words.join('.')}`);
    if (ecosystem === 'composer') return purl('composer', rest.join('-'), first);
    if (ecosystem === 'oci') return purl('oci', words.join('/'));
    return purl(ecosystem, words.join(ecosystem === 'nuget' ? '.' : '-'));
  });

describe('patterns', () => {
  it('normalised again are the same', () => {
    fc.assert(
      fc.property(claim, ({ ecosystem, kind, pattern, matchKey }) => {
        expect(namePattern(ecosystem, kind, pattern)).toMatchObject({ pattern, matchKey });
      }),
    );
  });

  it('overlap each other the same way, and themselves', () => {
    fc.assert(
      fc.property(claim, claim, (one, other) => {
        expect(overlaps(one, one)).toBe(true);
        expect(overlaps(one, other)).toBe(overlaps(other, one));
      }),
    );
  });

  it('that reach the same package overlap', () => {
    fc.assert(
      fc.property(claim, claim, anyPackage, (one, other, name) => {
        const isReachedByBoth = reaches(one, name) && reaches(other, name);
        expect(isReachedByBoth && !overlaps(one, other)).toBe(false);
      }),
      { numRuns: 1000 },
    );
  });

  it('are found by the keys of a package exactly where they reach it', () => {
    fc.assert(
      fc.property(claim, anyPackage, (pattern, name) => {
        const keys = keysOfPackage(name);
        const isFound =
          keys?.ecosystem === pattern.ecosystem &&
          keys.candidates.includes(pattern.matchKey) &&
          (!pattern.exact || pattern.matchKey === keys.key);
        expect(isFound).toBe(reaches(pattern, name));
      }),
      { numRuns: 1000 },
    );
  });
});

describe('a domain', () => {
  const com = namePattern('maven', 'prefix', 'com.acme.tools');

  it('proves the groupIds that begin with it, reversed, and nothing else', () => {
    expect(isProvenBy(com, 'acme.com')).toBe(true);
    expect(isProvenBy(com, 'tools.acme.com')).toBe(true);
    expect(isProvenBy(com, 'other.acme.com')).toBe(false);
    expect(isProvenBy(com, 'me.com')).toBe(false);
    expect(isProvenBy(namePattern('maven', 'prefix', 'com.acme'), 'tools.acme.com')).toBe(false);
    expect(isProvenBy(namePattern('npm', 'scope', '@acme'), 'acme.com')).toBe(false);
    expect(isProvenBy(namePattern('nuget', 'prefix', 'Com.Acme.'), 'acme.com')).toBe(false);
  });

  it('is expected to be the one of the first two parts', () => {
    expect(defaultDomainOf(com)).toBe('acme.com');
    expect(defaultDomainOf(namePattern('npm', 'scope', '@acme'))).toBeUndefined();
  });

  it.each(['acme.com', 'a.b.c.example', '1und1.de', 'xn--bcher-kva.example'])('is %s', (text) => {
    expect(text).toMatch(domainShape);
  });

  it.each(['com', 'acme..com', '-a.com', 'a.com.', '10.0.0.1', 'a b.com', 'acme.com/x', `${'a.'.repeat(120)}com`, ''])(
    'is not %s',
    (text) => {
      expect(text).not.toMatch(domainShape);
    },
  );
});
