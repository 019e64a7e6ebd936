import { posix, win32 } from 'node:path';
import { DomainError } from '@waybill/domain';
import fc from 'fast-check';
import { clean, compare, valid, validRange } from 'semver';
import { describe, expect, it } from 'vitest';
import { assertInstallsInside } from './install-safety.rules.js';
import { canonicalVersion } from './package-json.js';
import type { PackageJson } from './package-json.js';
import { assertTag } from './publish-document.schema.js';
import { withoutRegistryFields } from './registry-fields.js';
import { summaryOf } from './release-summary.rules.js';

const versionLike = fc.stringMatching(
  /^[v= ]{0,2}\d{1,3}\.\d{1,3}\.\d{1,3}(-[0-9A-Za-z.-]{1,8})?(\+[0-9A-Za-z.]{1,5})?$/,
);
const tagLike = fc.oneof(fc.stringMatching(/^[a-zA-Z_xXvV*~^<>=.0-9-]{1,6}$/), versionLike, fc.string());
const pathLike = fc
  .array(fc.constantFrom('..', '.', '', 'a', 'b.js', 'C:', ' ', '\0', '...', '\u202E', '~'), { maxLength: 6 })
  .chain((parts) => fc.constantFrom('/', '\\').map((separator) => parts.join(separator)));

function accepted(work: () => unknown): boolean {
  try {
    work();
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(DomainError);
    return false;
  }
}

describe('versions', () => {
  it('have one form, which is its own form and equal to what was sent', () => {
    fc.assert(
      fc.property(fc.oneof(versionLike, fc.string()), (text) => {
        const version = canonicalVersion(text);
        if (version === undefined) return;
        expect(canonicalVersion(version)).toBe(version);
        expect(valid(version)).toBe(version);
        expect(compare(version, clean(text, { loose: true }) ?? '', { loose: true })).toBe(0);
        expect(version).not.toMatch(/[/\\%\s+]/);
      }),
      { numRuns: 500 },
    );
  });
});

describe('tags', () => {
  it('are never what somebody could take for a version or a range', () => {
    fc.assert(
      fc.property(tagLike, (tag) => {
        if (!accepted(() => assertTag(tag))) return;
        for (const loose of [false, true]) expect(validRange(tag, { loose })).toBeNull();
        expect(encodeURIComponent(tag)).toBe(tag);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('a package.json that is accepted', () => {
  it('has no bin outside of the package on any system (P10)', () => {
    fc.assert(
      fc.property(fc.dictionary(pathLike, pathLike, { maxKeys: 3 }), (bin) => {
        if (!accepted(() => assertInstallsInside({ name: 'a', version: '1.0.0', bin }))) return;
        for (const [name, path] of Object.entries(bin)) {
          for (const written of [path, name]) {
            expect(posix.join('/pkg', written)).toMatch(/^\/pkg/);
            expect(win32.join('C:\\pkg', written)).toMatch(/^C:\\pkg/);
          }
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('or not is judged without anything but a clear refusal, whatever is in it', () => {
    const odd = fc.dictionary(
      fc.constantFrom(
        'bin',
        'directories',
        'man',
        'dependencies',
        'peerDependencies',
        'bundleDependencies',
        'author',
        'keywords',
        'license',
        'licenses',
        'repository',
        'bugs',
        'description',
        '_id',
        'dist',
        'scripts',
      ),
      fc.jsonValue({ maxDepth: 3, stringUnit: 'grapheme' }),
    );
    fc.assert(
      fc.property(odd, (fields) => {
        const manifest: PackageJson = { name: 'a', version: '1.0.0', ...fields };
        accepted(() => assertInstallsInside(manifest));
        expect(JSON.stringify(summaryOf(manifest)).isWellFormed()).toBe(true);
        expect(Object.keys(withoutRegistryFields(manifest)).filter((key) => key.startsWith('_'))).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });
});
