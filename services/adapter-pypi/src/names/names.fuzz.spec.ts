import { DomainError, parsePackagePurl } from '@waybill/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lookAlikeKey } from './look-alike.rules.js';
import {
  isNormalizedName,
  isProjectName,
  nameOfPurl,
  normalizeName,
  parseProjectName,
  purlOf,
} from './project-name.js';
import { shown } from './shown-value.js';

const part = fc.stringMatching(/^[A-Za-z0-9]{1,6}$/);
const separator = fc.stringMatching(/^[-_.]{1,3}$/);
const spelled = fc.array(part, { minLength: 1, maxLength: 5 });

describe('names (I5)', () => {
  it('are one in every spelling', () => {
    fc.assert(
      fc.property(
        spelled,
        fc.array(separator, { minLength: 5, maxLength: 5 }),
        fc.boolean(),
        (parts, between, upper) => {
          const spelling = parts
            .map((text, index) => (index === 0 ? text : `${between[index] ?? '-'}${text}`))
            .join('');
          const name = parseProjectName(upper ? spelling.toUpperCase() : spelling);
          expect(name).toBe(parts.join('-').toLowerCase());
          expect(normalizeName(name)).toBe(name);
          expect(isNormalizedName(name)).toBe(true);
          expect(lookAlikeKey(spelling)).toBe(lookAlikeKey(name));
          expect(nameOfPurl(purlOf(name))).toBe(name);
          expect(parsePackagePurl(purlOf(name))).toEqual({ ecosystem: 'pypi', name });
        },
      ),
      { numRuns: 500 },
    );
  });

  it('that are not accepted are refused clearly, and normalizing makes none valid', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 30 }), (text) => {
        if (isProjectName(text)) return;
        expect(() => parseProjectName(text)).toThrow(DomainError);
        expect(shown(text)).toMatch(/^(['"])[^\p{C}]*\1$/u);
      }),
      { numRuns: 1000 },
    );
  });

  it('that are accepted are safe in paths, addresses and file names', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[a-zA-Z0-9._-]{0,20}$/)), (text) => {
        if (!isProjectName(text)) return;
        expect(normalizeName(text)).toMatch(/^[a-z0-9]+(?:-[a-z0-9]+)*$/);
        expect(encodeURIComponent(text)).toBe(text);
      }),
      { numRuns: 2000 },
    );
  });
});
