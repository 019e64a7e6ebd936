import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isPackagePurl,
  packageOfRelease,
  packagePurl,
  parsePackagePurl,
  parseReleasePurl,
  plainPackagePurl,
  releasePurl,
} from './purl.js';

describe('package URLs', () => {
  it('write a scoped npm name as the purl specification does', () => {
    const name = { ecosystem: 'npm', namespace: '@acme', name: 'left-pad' };
    expect(packagePurl(name)).toBe('pkg:npm/%40acme/left-pad');
    expect(releasePurl(name, '1.0.0-rc.1+build')).toBe('pkg:npm/%40acme/left-pad@1.0.0-rc.1+build');
    expect(parsePackagePurl('pkg:npm/%40acme/left-pad')).toEqual(name);
  });

  it('find the package of a release', () => {
    const release = releasePurl({ ecosystem: 'npm', name: 'left-pad' }, '1.0.0');
    expect(packageOfRelease(release)).toBe('pkg:npm/left-pad');
    expect(parseReleasePurl(release).version).toBe('1.0.0');
  });

  it('refuse what is not canonical, qualified or too long', () => {
    expect(isPackagePurl('pkg:npm/left-pad')).toBe(true);
    expect(isPackagePurl('pkg:NPM/left-pad')).toBe(false);
    expect(isPackagePurl('pkg:npm/left-pad@1.0.0')).toBe(false);
    expect(() => parsePackagePurl('pkg:npm/left-pad?download_url=x')).toThrow();
    expect(() => parsePackagePurl(`pkg:npm/${'a'.repeat(2000)}`)).toThrow();
  });

  it('of plain letters are canonical as they stand', () => {
    fc.assert(
      fc.property(fc.stringMatching(plainPackagePurl), (purl) => {
        expect(packagePurl(parsePackagePurl(purl))).toBe(purl);
      }),
    );
    expect(isPackagePurl(`pkg:npm/${'a'.repeat(2000)}`)).toBe(false);
  });
});
