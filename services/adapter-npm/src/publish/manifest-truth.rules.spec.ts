import { describe, expect, it } from 'vitest';
import { assertManifestTruth } from './manifest-truth.rules.js';
import type { PackageJson } from './package-json.js';
import { canonicalVersion, parsePackageJson, runsCodeOnInstall } from './package-json.js';

const inTarball: PackageJson = {
  name: '@acme/a',
  version: '1.0.0',
  bin: './cli.js',
  dependencies: { b: '^1.0.0' },
  optionalDependencies: { c: '1' },
  scripts: { test: 'vitest', postinstall: 'node setup.js' },
};

function mismatch(declared: PackageJson, tarball: PackageJson = inTarball, bindingGyp = false): string[] {
  try {
    assertManifestTruth(declared, tarball, bindingGyp);
    return [];
  } catch (error) {
    return (error as { details: { fields: string[] } }).details.fields;
  }
}

describe('what is declared and what is in the tarball (P9)', () => {
  it('agree when only the spelling differs, as clients normalize before they send', () => {
    expect(mismatch(inTarball)).toEqual([]);
    expect(
      mismatch({
        ...inTarball,
        bin: { a: 'cli.js' },
        dependencies: { b: '^1.0.0', c: '1' },
        readme: '# A',
        _id: '@acme/a@1.0.0',
        dist: {},
      }),
    ).toEqual([]);
  });

  it.each<[string, PackageJson]>([
    ['name', { name: '@acme/b' }],
    ['version', { version: '1.0.1' }],
    ['dependencies', { dependencies: {} }],
    ['dependencies', { dependencies: { b: '^1.0.0', evil: '*' } }],
    ['dependencies', { dependencies: { b: '^1.0.1' } }],
    ['dependencies', { dependencies: { b: '' } }],
    ['dependencies', { dependencies: { b: 'acme/b' } }],
    ['optionalDependencies', { optionalDependencies: { c: '1.0.0' } }],
    ['peerDependencies', { peerDependencies: { d: '1' } }],
    ['peerDependencies', { peerDependencies: { d: '~1.2.3' } }],
    ['bin', { bin: { a: 'other.js' } }],
    ['installScripts', { scripts: {} }],
    ['installScripts', { scripts: { postinstall: 'curl evil' } }],
    ['bundled', { bundleDependencies: ['b'] }],
  ])('disagree on %s', (field, change) => {
    expect(mismatch({ ...inTarball, ...change })).toContain(field);
  });

  it('agree on the install script that a binding.gyp implies', () => {
    const native: PackageJson = { name: 'n', version: '1.0.0' };
    expect(mismatch({ ...native, scripts: { install: 'node-gyp rebuild' }, gypfile: true }, native, true)).toEqual([]);
    expect(mismatch({ ...native, scripts: { install: 'node-gyp rebuild' } }, native, false)).toEqual([
      'installScripts',
    ]);
    expect(runsCodeOnInstall(native, true)).toBe(true);
  });

  it('agree on all that is bundled, and on repositories in either spelling, beside plain ranges', () => {
    const bundling: PackageJson = { name: 'a', version: '1.0.0', dependencies: { b: '^1.0.0', c: '2.0.0' } };
    expect(
      mismatch({ ...bundling, bundleDependencies: ['b', 'c'] }, { ...bundling, bundledDependencies: ['c', 'b'] }),
    ).toEqual([]);
    const from = (c: string): PackageJson => ({ ...bundling, dependencies: { b: '^1.0.0', c } });
    expect(mismatch(from('github:acme/c'), from('acme/c'))).toEqual([]);
    expect(mismatch(from('github:acme/c'), from('acme/d'))).toEqual(['dependencies']);
  });

  it('understands old formats', () => {
    const old: PackageJson = { name: 'old', version: 'v0.1', dependencies: ['a', 'b@1'], bin: { x: '/bin/x' } };
    expect(() => assertManifestTruth({ ...old }, old, false)).not.toThrow();
    expect(mismatch({ ...old, dependencies: { a: '', b: '1' } }, old)).toEqual([]);
  });
});

describe('a package.json that would keep everybody waiting (I3)', () => {
  it('is refused before it is normalized', () => {
    const dependencies = Object.fromEntries(Array.from({ length: 6000 }, (_, index) => [`d${index}`, '1']));
    const huge = { ...inTarball, dependencies };
    expect(() => assertManifestTruth(huge, huge, false)).toThrow(/more than 5000 entries in dependencies/);
  });
});

describe('versions', () => {
  it.each([
    ['1.0.0', '1.0.0'],
    ['v1.0.0', '1.0.0'],
    [' =1.0.0', '1.0.0'],
    ['1.0.0+build.5', '1.0.0'],
    ['1.0.0-rc.1', '1.0.0-rc.1'],
    ['1.0', undefined],
    ['latest', undefined],
    ['1.0.0/../..', undefined],
    [7, undefined],
  ])('%j is %j', (version, canonical) => {
    expect(canonicalVersion(version)).toBe(canonical);
  });
});

describe('the package.json in a tarball', () => {
  it('is refused when it is not an object, not JSON or too deep (I4)', () => {
    expect(parsePackageJson(Buffer.from('\uFEFF{"name":"a"}'))).toEqual({ name: 'a' });
    for (const text of ['[]', '{', '"x"', `{"a":${'['.repeat(100)}${']'.repeat(100)}}`]) {
      expect(() => parsePackageJson(Buffer.from(text))).toThrow(/package.json in the tarball/);
    }
  });
});
