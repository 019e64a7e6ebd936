import { describe, expect, it } from 'vitest';
import { parseNpmName } from '../names/npm-name.js';
import type { StoredPackage } from './document-changes.rules.js';
import { changesIn, isStarredAsSent, isUnchanged, starIn } from './document-changes.rules.js';
import { deprecationIn, parseChangedDocument } from './package-document.schema.js';

const name = parseNpmName('@acme/a');

function stored(change: Partial<StoredPackage> = {}): StoredPackage {
  const version = { integrity: 'sha512-AAAA', shasum: '0'.repeat(40), deprecated: '' };
  return {
    name,
    revision: '3-0000000000000000',
    visibleVersion: 3,
    versions: new Map([
      ['1.0.0', version],
      ['1.1.0', { ...version, deprecated: 'old' }],
    ]),
    distTags: { latest: '1.1.0' },
    owners: ['alice', 'bob'],
    stargazers: ['carol'],
    ...change,
  };
}

const asSent = {
  _id: '@acme/a',
  versions: {
    '1.0.0': { dist: { integrity: 'sha512-AAAA', tarball: 'http://h/npm/main/@acme%2fa/-/a-1.0.0.tgz' } },
    '1.1.0': { deprecated: 'old', dist: {} },
  },
  'dist-tags': { latest: '1.1.0' },
  maintainers: [{ name: 'bob' }, { name: 'alice', email: 'whatever' }],
};

describe('a document that was sent back', () => {
  it('as it was read wants nothing', () => {
    expect(isUnchanged(changesIn(parseChangedDocument(name, asSent), stored()))).toBe(true);
  });

  it('says with a missing deprecation nothing, with an empty one that it is lifted', () => {
    const silent = { versions: { '1.0.0': {}, '1.1.0': {} } };
    expect(changesIn(parseChangedDocument(name, silent), stored()).deprecations).toEqual({});
    for (const empty of ['', null, false]) {
      const lifted = { versions: { '1.0.0': {}, '1.1.0': { deprecated: empty } } };
      expect(changesIn(parseChangedDocument(name, lifted), stored()).deprecations).toEqual({ '1.1.0': '' });
    }
    expect(() => deprecationIn(7)).toThrow(/is a text/);
    expect(() => deprecationIn('x'.repeat(2001))).toThrow(/at most 2000/);
  });

  it('shows what it leaves out, and what it moved', () => {
    const { '1.0.0': kept } = asSent.versions;
    const shorter = { ...asSent, versions: { '1.0.0': kept }, 'dist-tags': { latest: '1.0.0' } };
    expect(changesIn(parseChangedDocument(name, shorter), stored())).toEqual({
      missingVersions: ['1.1.0'],
      deprecations: {},
      movedTags: { latest: '1.0.0' },
      removedTags: [],
      owners: undefined,
    });
    expect(changesIn(parseChangedDocument(name, { maintainers: [{ name: 'alice' }] }), stored()).owners).toEqual([
      'alice',
    ]);
  });

  it('is refused where it contradicts the bytes that were published (P9)', () => {
    for (const dist of [
      { integrity: 'sha512-BBBB' },
      { shasum: 'f'.repeat(40) },
      { tarball: 'https://evil.example/@acme/a/-/a-1.0.1.tgz' },
    ]) {
      const document = parseChangedDocument(name, { versions: { '1.0.0': { dist } } });
      expect(() => changesIn(document, stored())).toThrow(/never changes/);
    }
    expect(() => changesIn(parseChangedDocument(name, { versions: { '2.0.0': {} } }), stored())).toThrow(/no version/);
    expect(() => parseChangedDocument(name, { name: '@acme/b' })).toThrow(/another package/);
    expect(() => parseChangedDocument(name, { maintainers: [{}] })).toThrow(/not a package document/);
  });
});

describe('the tarball that a document names for a version', () => {
  const changes = (tarball: string, of = name) =>
    changesIn(parseChangedDocument(of, { versions: { '1.0.0': { dist: { tarball } } } }), stored({ name: of }));

  it.each([
    'https://packages.example/npm/main/@acme/a/-/a-1.0.0.tgz',
    'http://h/npm/main/@acme%2fa/-/a-1.0.0.tgz',
    'https://h/below/npm/main/%40acme%2Fa/-/a-1.0.0.tgz',
  ])('may be %s', (tarball) => {
    expect(changes(tarball).missingVersions).toEqual(['1.1.0']);
  });

  it.each([
    'https://h/npm/main/@acme/a/-/a-1.0.1.tgz',
    'https://h/npm/main/@evil/@acme/a/-/b/-/a-1.0.0.tgz',
    'https://h/npm/main/evil@acme/a/-/a-1.0.0.tgz',
    'https://h/npm/main/a/-/a-1.0.0.tgz',
    'https://h/?/@acme/a/-/a-1.0.0.tgz',
    'https://h/#/@acme/a/-/a-1.0.0.tgz',
    'file:///etc/@acme/a/-/a-1.0.0.tgz',
    '/npm/main/@acme/a/-/a-1.0.0.tgz',
    'https://h/npm/main/@acme/a/-/a-1.0.0.tgz%',
    '',
  ])('is not %s (P9)', (tarball) => {
    expect(() => changes(tarball)).toThrow(/never changes/);
  });

  it('is not that of a scoped package for one without a scope (P9)', () => {
    const plain = parseNpmName('a');
    expect(() => changes('https://h/npm/main/@acme/a/-/a-1.0.0.tgz', plain)).toThrow(/never changes/);
    expect(changes('https://h/npm/main/a/-/a-1.0.0.tgz', plain).missingVersions).toEqual(['1.1.0']);
  });
});

describe('stars in a document', () => {
  it('are the caller’s own only', () => {
    const users = (...names: string[]) =>
      parseChangedDocument(name, { users: Object.fromEntries(names.map((user) => [user, true])) });
    expect(isStarredAsSent(users('carol'), stored())).toBe(true);
    expect(starIn(users('carol', 'alice'), stored(), 'alice')).toBe(true);
    expect(starIn(users(), stored(), 'carol')).toBe(false);
    expect(() => starIn(users('carol', 'bob'), stored(), 'alice')).toThrow(/own star only/);
    expect(() => starIn(users('alice'), stored(), 'alice')).toThrow(/own star only/);
  });
});
