import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareVersions, parseVersion } from './python-version.js';
import { isSpecifierSet } from './specifiers.js';

const number = fc.integer({ min: 0, max: 30 }).map(String);
const versionLike = fc
  .tuple(
    fc.constantFrom('', 'v', '1!'),
    fc.array(number, { minLength: 1, maxLength: 4 }).map((all) => all.join('.')),
    fc.constantFrom('', 'a1', '.rc2', '-beta', 'preview3'),
    fc.constantFrom('', '.post1', '-2', '_r3'),
    fc.constantFrom('', '.dev1', 'dev'),
    fc.constantFrom('', '+local', '+1.x', '+0010'),
  )
  .map((parts) => parts.join(''));
const any = fc.oneof(versionLike, fc.string(), fc.stringMatching(/^[0-9a-z!+._-]{0,20}$/));

describe('versions (PEP 440)', () => {
  it('have one form, which is its own form, is equal to what was sent, and is safe in paths and addresses (I5)', () => {
    fc.assert(
      fc.property(any, (text) => {
        const version = parseVersion(text);
        if (version === undefined) return;
        const again = parseVersion(version.canonical);
        expect(again).toEqual(version);
        expect(parseVersion(version.key)?.key).toBe(version.key);
        expect(version.canonical).toMatch(/^[0-9a-z!+.]+$/);
      }),
      { numRuns: 2000 },
    );
  });

  it('are in one order, in which equal ones are those with one key', () => {
    fc.assert(
      fc.property(versionLike, versionLike, versionLike, (...texts) => {
        const [a, b, c] = texts.map((text) => parseVersion(text));
        if (a === undefined || b === undefined || c === undefined) return;
        expect(Math.sign(compareVersions(a, b))).toBe(-Math.sign(compareVersions(b, a)) + 0);
        expect(compareVersions(a, b) === 0).toBe(a.key === b.key);
        const [first, second, third] = [a, b, c].toSorted(compareVersions);
        if (first === undefined || second === undefined || third === undefined) return;
        expect(compareVersions(first, third)).toBeLessThanOrEqual(0);
      }),
      { numRuns: 2000 },
    );
  });

  it('and their specifiers are judged at once, whatever they are', () => {
    fc.assert(fc.property(fc.string(), (text) => typeof isSpecifierSet(`>=${text}`) === 'boolean'));
    expect(isSpecifierSet(`>=${'1.'.repeat(500)}`)).toBe(false);
  });
});
