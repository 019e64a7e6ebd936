import { DomainError } from '@waybill/domain';
import { describe, expect, it } from 'vitest';
import { lookAlikeKey, looksLike } from './look-alike.rules.js';
import {
  fileNamePartOf,
  isNormalizedName,
  isProjectName,
  maxNameCharacters,
  nameOfPurl,
  normalizeName,
  parseProjectName,
  purlOf,
  releasePurlOf,
} from './project-name.js';
import { assertNotReserved, reservationOf } from './reserved-names.rules.js';
import { shown } from './shown-value.js';

describe('names of projects (I5, I6)', () => {
  it.each(['a', '7', 'Foo', 'foo-bar', 'Foo.Bar_baz', 'a--b', 'zope.interface', 'x_'.repeat(10) + 'y'])(
    'may be %s',
    (name) => {
      expect(isProjectName(name)).toBe(true);
    },
  );

  it.each([
    ['nothing', ''],
    ['a separator at its beginning', '-foo'],
    ['a separator at its end', 'foo.'],
    ['a line break at its end, which `$` of Python overlooks', 'foo\n'],
    ['letters of other scripts', 'раураl'],
    ['a letter that becomes an ASCII one in lower case', 'foo\u212A'],
    ['a letter that is an ASCII one without regard to case', 'fo\u017F'],
    ['a slash', 'foo/bar'],
    ['an encoded slash', 'foo%2fbar'],
    ['blanks', 'foo bar'],
    ['NUL', 'foo\0'],
    ['too many letters', 'a'.repeat(maxNameCharacters + 1)],
  ])('may not have %s', (_what, name) => {
    expect(isProjectName(name)).toBe(false);
    expect(() => parseProjectName(name)).toThrow(DomainError);
    expect(() => parseProjectName(name)).toThrow(/^The name '.*' is invalid\.$/);
  });

  it('have one normalized form (PEP 503)', () => {
    for (const spelling of ['foo-bar-baz', 'Foo.Bar_baz', 'FOO--BAR..BAZ', 'foo_-.bar.-_baz']) {
      expect(parseProjectName(spelling)).toBe('foo-bar-baz');
    }
    expect(isNormalizedName('foo-bar-baz')).toBe(true);
    expect(isNormalizedName('Foo.Bar')).toBe(false);
    expect(fileNamePartOf(normalizeName('Foo.Bar_baz'))).toBe('foo_bar_baz');
  });

  it('have one package URL, and come back out of it', () => {
    const name = parseProjectName('Foo.Bar');
    expect(purlOf(name)).toBe('pkg:pypi/foo-bar');
    expect(nameOfPurl(purlOf(name))).toBe(name);
    expect(releasePurlOf(name, '1!2.0rc1')).toBe('pkg:pypi/foo-bar@1!2.0rc1');
    expect(() => nameOfPurl('pkg:npm/foo-bar')).toThrow(DomainError);
  });
});

describe('names that people mix up (P13)', () => {
  it.each([
    ['requests', 'request-s'],
    ['colorama', 'c0lorama'],
    ['pillow', 'pi11ow'],
    ['pillow', 'PIIIow'],
    ['python-dateutil', 'pythondateutil'],
  ])('%s and %s', (name, other) => {
    expect(looksLike(name, other)).toBe(true);
  });

  it('are not the spellings of one name, nor names that differ in a letter', () => {
    expect(looksLike('foo-bar', 'Foo_Bar')).toBe(false);
    expect(looksLike('django', 'djungo')).toBe(false);
    expect(lookAlikeKey('Foo.Bar-lil')).toBe('f00bar111');
  });
});

describe('names that nobody may have (P13)', () => {
  it.each(['json', 'JSON', 'asyncio', 'aix_support', 'distutils', 'tomllib', 'ConfigParser'])(
    '%s is a module of Python',
    (name) => {
      expect(reservationOf(normalizeName(name))).toBe('standard-library');
      expect(() => assertNotReserved(normalizeName(name), name)).toThrow(
        /isn't allowed \(conflict with the Python standard/,
      );
    },
  );

  it.each(['requirements.txt', 'Requirements_txt', 'pyproject.toml', 'site-packages'])(
    '%s is typed by mistake',
    (name) => {
      expect(reservationOf(normalizeName(name))).toBe('reserved');
      expect(() => assertNotReserved(normalizeName(name), name)).toThrow(DomainError);
    },
  );

  it.each(['requests', 'aix', 'json5', 'django', 'typing-extensions', 'importlib-metadata'])(
    '%s is neither',
    (name) => {
      expect(reservationOf(normalizeName(name))).toBeUndefined();
      expect(() => assertNotReserved(normalizeName(name), name)).not.toThrow();
    },
  );
});

describe('a hostile text in an answer', () => {
  it('is quoted as Python does, on one line, and bounded (W5)', () => {
    expect(shown('a')).toBe("'a'");
    expect(shown("it's")).toBe('"it\'s"');
    expect(shown('a\r\nb\0\u202E')).toBe(String.raw`'a\r\nb\x00\u202e'`);
    expect(shown('x'.repeat(1000)).length).toBeLessThan(300);
    expect(shown('\uD800')).toBe("'\uFFFD'");
  });
});
