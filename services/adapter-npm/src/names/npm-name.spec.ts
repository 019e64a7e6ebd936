import { describe, expect, it } from 'vitest';
import { canonicalTarget } from './canonical-target.js';
import { isNpmName, parseNpmName, purlOf, releasePurlOf, tarballFilename } from './npm-name.js';

describe('npm names', () => {
  it.each(['left-pad', '@acme/left-pad', 'a', 'lodash.merge', '@types/node', 'punycode', '~weird', 'x_y', '@acme/_x'])(
    'accept %s',
    (name) => {
      expect(isNpmName(name)).toBe(true);
    },
  );

  it.each([
    '',
    '.hidden',
    '_private',
    'Upper',
    'with space',
    '@acme',
    '@/x',
    '@acme/',
    '@acme/.x',
    '@_acme/x',
    '../up',
    'node_modules',
    'favicon.ico',
    'раураl',
    'a/b',
    '__proto__',
    'a'.repeat(215),
    'tab\tname',
    'nul\0',
  ])('refuse %j (I5, I6)', (name) => {
    expect(isNpmName(name)).toBe(false);
    expect(() => parseNpmName(name)).toThrow(/not a package name/);
  });

  it('become package URLs and conventional file names', () => {
    const name = parseNpmName('@acme/left-pad');
    expect(purlOf(name)).toBe('pkg:npm/%40acme/left-pad');
    expect(releasePurlOf(name, '1.0.0')).toBe('pkg:npm/%40acme/left-pad@1.0.0');
    expect(tarballFilename(name, '1.0.0')).toBe('left-pad-1.0.0.tgz');
  });
});

describe('1(f) 1: the encodings of a scoped name on every route (I5)', () => {
  it.each([
    ['/npm/main/@acme/a', '/npm/main/@acme%2fa'],
    ['/npm/main/@acme%2fa', '/npm/main/@acme%2fa'],
    ['/npm/main/@acme%2Fa', '/npm/main/@acme%2fa'],
    ['/npm/main/%40acme%2Fa', '/npm/main/@acme%2fa'],
    ['/npm/main/@acme/a/-/a-1.0.0.tgz', '/npm/main/@acme%2fa/-/a-1.0.0.tgz'],
    ['/npm/main/@acme%2fa/-/a-1.0.0.tgz', '/npm/main/@acme%2fa/-/a-1.0.0.tgz'],
    ['/npm/main/-/package/@acme/a/dist-tags/next', '/npm/main/-/package/@acme%2fa/dist-tags/next'],
    ['/npm/main/-/package/@acme%2Fa/dist-tags', '/npm/main/-/package/@acme%2fa/dist-tags'],
    ['/npm/main/-/package/@acme/a/visibility', '/npm/main/-/package/@acme%2fa/visibility'],
    ['/npm/main/-/npm/v1/attestations/@acme/a@1.0.0', '/npm/main/-/npm/v1/attestations/@acme%2fa@1.0.0'],
    ['/npm/main/-/npm/v1/attestations/%40acme%2Fa@1.0.0', '/npm/main/-/npm/v1/attestations/@acme%2fa@1.0.0'],
    ['/npm/main/-/stage/package/@acme/a', '/npm/main/-/stage/package/@acme%2fa'],
    ['/npm/main/-/user/package/@acme%2Fa/star', '/npm/main/-/user/package/@acme%2fa/star'],
    [
      '/npm/main/-/npm/v1/oidc/token/exchange/package/@acme%2Fa',
      '/npm/main/-/npm/v1/oidc/token/exchange/package/@acme%2fa',
    ],
    ['/npm/main/downloads/point/last-week/@acme/a', '/npm/main/downloads/point/last-week/@acme%2fa'],
    ['/npm/main/versions/@acme/a/last-week', '/npm/main/versions/@acme%2fa/last-week'],
    ['/npm/main/@acme/a/-rev/1-a', '/npm/main/@acme%2fa/-rev/1-a'],
    ['/npm/main/@acme/a/-/a-1.0.0.tgz/-rev/1-a', '/npm/main/@acme%2fa/-/a-1.0.0.tgz/-rev/1-a'],
    ['/npm/main/@acme/a?write=true', '/npm/main/@acme%2fa?write=true'],
    ['/npm/main/@acme/a/1.0.0', '/npm/main/@acme%2fa/1.0.0'],
    ['/npm/main/left-pad/1.0.0', '/npm/main/left-pad/1.0.0'],
    ['/npm/main/-/whoami', '/npm/main/-/whoami'],
    ['/npm/main/', '/npm/main'],
    ['/npm/main/?x', '/npm/main?x'],
    ['/npm/main/a/', '/npm/main/a/'],
    ['/npm/main/@acme/-/x.tgz', '/npm/main/@acme/-/x.tgz'],
    ['/npm/main/a?x=@b/c', '/npm/main/a?x=@b/c'],
  ])('%s means %s', (sent, meant) => {
    expect(canonicalTarget(sent)).toBe(meant);
  });

  it('takes the prefix once where npm 6 deletes a tarball, and nowhere else', () => {
    const deleted = '/npm/main/@acme%2fa/-/a-1.0.0.tgz/-rev/7-1';
    expect(canonicalTarget('/npm/main/npm/main/@acme/a/-/a-1.0.0.tgz/-rev/7-1')).toBe(deleted);
    expect(canonicalTarget('/npm/main/npm/main/a/-/a-1.0.0.tgz/-rev/7-1')).toBe('/npm/main/a/-/a-1.0.0.tgz/-rev/7-1');
    for (const other of ['/npm/main/npm/main', '/npm/main/npm/other/a/-/a-1.0.0.tgz/-rev/7-1']) {
      expect(canonicalTarget(other)).toBe(other);
    }
  });
});
