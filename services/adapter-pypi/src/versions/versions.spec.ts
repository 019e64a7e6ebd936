import { DomainError } from '@waybill/domain';
import { describe, expect, it } from 'vitest';
import type { PythonVersion } from './python-version.js';
import {
  compareVersions,
  maxVersionCharacters,
  parseUploadVersion,
  parseVersion,
  sameVersion,
} from './python-version.js';
import { isSpecifierSet } from './specifiers.js';

// PEP 440 "Summary of permitted suffixes and relative ordering", "Version epochs", "Local version identifiers", in their order.
const ordered = [
  ...['1.dev0', '1.0.dev456', '1.0a1', '1.0a2.dev456', '1.0a12.dev456', '1.0a12', '1.0b1.dev456', '1.0b2'],
  ...['1.0b2.post345.dev456', '1.0b2.post345', '1.0rc1.dev456', '1.0rc1', '1.0', '1.0+abc.5', '1.0+abc.7', '1.0+5'],
  ...[
    '1.0+5.0',
    '1.0+10',
    '1.0.post456.dev34',
    '1.0.post456',
    '1.0.15',
    '1.1.dev1',
    '1.1',
    '2024.10.1',
    '1!0.1',
    '1!1.0',
  ],
];

function parsed(text: string): PythonVersion {
  const version = parseVersion(text);
  if (version === undefined) throw new Error(`${text} is no version`);
  return version;
}

describe('versions (PEP 440)', () => {
  it.each([
    ['1.0', '1.0', '1'],
    ['v1.0', '1.0', '1'],
    ['1.0.0', '1.0.0', '1'],
    ['0.0', '0.0', '0'],
    ['01.02', '1.2', '1.2'],
    ['1.0ALPHA1', '1.0a1', '1a1'],
    ['1.0-beta-2', '1.0b2', '1b2'],
    ['1.0.c3', '1.0rc3', '1rc3'],
    ['1.0_preview', '1.0rc0', '1rc0'],
    ['1.0-1', '1.0.post1', '1.post1'],
    ['1.0.rev3', '1.0.post3', '1.post3'],
    ['1.10.dev', '1.10.dev0', '1.10.dev0'],
    ['1!2.00.0.post4.dev5', '1!2.0.0.post4.dev5', '1!2.post4.dev5'],
    ['1.0+Ubuntu-1_0005', '1.0+ubuntu.1.5', '1+ubuntu.1.5'],
    ['1.0+1e5.0x10', '1.0+1e5.0x10', '1+1e5.0x10'],
    ['20240131123059.1', '20240131123059.1', '20240131123059.1'],
  ])('%s is %s', (text, canonical, key) => {
    const version = parsed(text);
    expect([version.canonical, version.key]).toEqual([canonical, key]);
    expect(parsed(canonical).canonical).toBe(canonical);
  });

  it.each([
    ...[
      '',
      'french toast',
      '1.0a1.*',
      '1.0+a+',
      '1.0++',
      '1.0+_foobar',
      '1.0+foo&asd',
      '1.0+1+1',
      '1.0\n',
      ' 1.0',
      '1 .0',
    ],
    ...['1.0.x', '..', '1..0', '-1', '1.0/../2', '١.٠', '1.0+ſ', '1.0%0a', '1.0!2'],
  ])('%j is none (I6)', (text) => {
    expect(parseVersion(text)).toBeUndefined();
    expect(() => parseUploadVersion(text)).toThrow(/ is invalid for 'version'\.$/);
  });

  it('are bounded, and their numbers are exact or refused', () => {
    expect(parseVersion(`1.${'0'.repeat(maxVersionCharacters)}`)).toBeUndefined();
    expect(parseVersion('1.999999999999999')?.canonical).toBe('1.999999999999999');
    expect(parseVersion('1.9007199254740993')).toBeUndefined();
    expect(parseVersion('0000000000000000000001.0')?.canonical).toBe('1.0');
  });

  it('are equal or not whatever their spelling', () => {
    expect(sameVersion('1.0', '1.0.0')).toBe(true);
    expect(sameVersion('1.0rc1', 'v1-C.1')).toBe(true);
    expect(sameVersion('1.0', '1.0.1')).toBe(false);
    expect(sameVersion('1.0', '1!1.0')).toBe(false);
    expect(sameVersion('x', 'x')).toBe(false);
  });

  it('have the order of PEP 440', () => {
    const shuffled = [
      ...ordered.filter((_one, index) => index % 2 === 1),
      ...ordered.filter((_one, index) => index % 2 === 0),
    ];
    expect(
      shuffled
        .map(parsed)
        .toSorted(compareVersions)
        .map(({ canonical }) => canonical),
    ).toEqual(ordered);
    expect(compareVersions(parsed('1.0'), parsed('1.0.0'))).toBe(0);
    expect(compareVersions(parsed('1.0+01'), parsed('1.0.0+1'))).toBe(0);
  });

  it('say what they are', () => {
    expect(parsed('1.0.dev1')).toMatchObject({ isPrerelease: true, isDevRelease: true, isPostRelease: false });
    expect(parsed('1.0.post1')).toMatchObject({ isPrerelease: false, isDevRelease: false, isPostRelease: true });
    expect(parsed('1.0rc1+cpu')).toMatchObject({ isPrerelease: true, local: 'cpu', publicVersion: '1.0rc1' });
  });

  it('with a local part are not uploaded', () => {
    expect(() => parseUploadVersion('1.0+cu121')).toThrow(DomainError);
    expect(() => parseUploadVersion('1.0+cu121')).toThrow("The use of local versions in '1.0+cu121' is not allowed.");
  });
});

describe('version specifiers (PEP 440)', () => {
  it.each([
    ...['', '>=3.8', '>= 3.8, !=3.9.*,<4', '~=2.2', '==2.0+cpu', '===whatever-it-is', '!=1!2.*', '>=3.6,', '<2.0.dev0'],
  ])('%j is a set of them', (text) => {
    expect(isSpecifierSet(text)).toBe(true);
  });

  it.each([
    ...[
      '3.8',
      '=>3.8',
      '>=3.8.*',
      '~=2',
      '>=1.0+cpu',
      '==1.0a1.*',
      '> = 3',
      '>=3.8 <4',
      '>=x',
      `>=${'1'.repeat(2000)}`,
    ],
  ])('%j is none', (text) => {
    expect(isSpecifierSet(text)).toBe(false);
  });
});
