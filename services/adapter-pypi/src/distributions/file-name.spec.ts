import { DomainError } from '@waybill/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseProjectName } from '../names/project-name.js';
import { parseUploadVersion } from '../versions/python-version.js';
import { parseFileName, parseSdistOf } from './file-name.js';
import type { DeclaredDistribution, FileNamePolicy, FileType } from './file-name.rules.js';
import { readUploadFileName, strictFileNames } from './file-name.rules.js';
import { isPortablePlatform } from './platform-tags.rules.js';

const historic: FileNamePolicy = { historicNames: true, anyPlatform: true };

function read(filename: string, { name = 'Foo.Bar', version = '1.0', policy = strictFileNames } = {}) {
  const filetype: FileType = filename.endsWith('.whl') ? 'bdist_wheel' : 'sdist';
  return readUploadFileName(
    filename,
    { filetype, name: parseProjectName(name), version: parseUploadVersion(version) },
    policy,
  );
}

function outcome(filename: string, declared: DeclaredDistribution): string {
  const found = parseFileName(filename);
  if (found !== undefined && !/^[A-Za-z0-9][A-Za-z0-9._+!-]*$/.test(found.filename)) return 'not safe';
  try {
    readUploadFileName(filename, declared, historic);
    return 'read safely';
  } catch (error) {
    return error instanceof DomainError ? 'refused' : 'not refused clearly';
  }
}

describe('names of wheels (PEP 427)', () => {
  it('say name, version, build and tags', () => {
    expect(
      read('foo_bar-1.0-2_abc-cp310.cp311-abi3.none-manylinux_2_17_x86_64.manylinux2014_x86_64.whl'),
    ).toMatchObject({
      name: 'foo-bar',
      writtenVersion: '1.0',
      build: { number: 2, suffix: '_abc' },
      interpreters: ['cp310', 'cp311'],
      abis: ['abi3', 'none'],
      platforms: ['manylinux_2_17_x86_64', 'manylinux2014_x86_64'],
    });
    expect(read('foo_bar-1!1.0.0-py3-none-any.whl', { version: '1!1' })).toMatchObject({ build: undefined });
  });

  it.each<[string, string]>([
    ['foo_bar-1.0-py3-none.whl', 'invalid'],
    ['foo_bar-1.0-1-2-py3-none-any.whl', 'invalid'],
    ['foo_bar-1.0-build-py3-none-any.whl', 'invalid'],
    ['foo_bar-1.0-py3..py2-none-any.whl', 'invalid'],
    ['foo_bar-1.0-3py-none-any.whl', 'invalid'],
    ['foo__bar-1.0-py3-none-any.whl', 'invalid'],
    ['foo_bar-x-py3-none-any.whl', 'invalid'],
    ['-1.0-py3-none-any.whl', 'invalid'],
    [`foo_bar-1.0-${'a.'.repeat(9)}b-${'a.'.repeat(9)}b-${'a.'.repeat(9)}b.whl`, 'invalid'],
    ['foo_bar-1.1-py3-none-any.whl', 'mismatch'],
    ['foo_baz-1.0-py3-none-any.whl', 'mismatch'],
    ['Foo.Bar-1.0-py3-none-any.whl', 'not-normalized'],
    ['foo_bar-1.0-py3-none-linux_x86_64.whl', 'platform'],
    ['foo_bar-1.0-py3-none-any.manylinux_1_x86_64.whl', 'platform'],
  ])('%s is refused (P9)', (filename, code) => {
    expect(() => read(filename)).toThrow(expect.objectContaining({ code: `pypi.filename-${code}` }));
  });

  it('of history and of one machine are taken where the repository does', () => {
    expect(read('Foo.Bar-1.0-py3-none-linux_x86_64.whl', { policy: historic })).toMatchObject({
      writtenName: 'Foo.Bar',
    });
  });
});

describe('names of source distributions (PEP 625)', () => {
  it('are one', () => {
    expect(read('foo_bar-1.0.tar.gz')).toMatchObject({ filetype: 'sdist', format: 'tar.gz', name: 'foo-bar' });
    expect(read('foo_bar-1!1.0.post2.tar.gz', { version: '1!1.0-2' })).toMatchObject({ name: 'foo-bar' });
  });

  it.each<[string, string]>([
    ['foo.bar-1.0.tar.gz', 'mismatch'],
    ['Foo_Bar-1.0.tar.gz', 'mismatch'],
    ['foo_bar-1.0.0.tar.gz', 'mismatch'],
    ['foo_bar-1.0.zip', 'mismatch'],
    ['foo_baz-1.0.tar.gz', 'mismatch'],
    ['foo_bar-2.0.tar.gz', 'mismatch'],
    ['foo_bar.tar.gz', 'invalid'],
    ['foo_bar-x.tar.gz', 'invalid'],
    ['foo_bar-1.0 .tar.gz', 'invalid'],
  ])('%s is refused (P9)', (filename, code) => {
    expect(() => read(filename)).toThrow(expect.objectContaining({ code: `pypi.filename-${code}` }));
  });

  it.each(['Foo.Bar-1.0.tar.gz', 'foo-bar-1.0.0.zip', 'Foo_Bar-v1.0.tar.gz'])('%s was one once', (filename) => {
    expect(read(filename, { policy: historic })).toMatchObject({ name: 'foo-bar', version: { key: '1' } });
  });

  it('were read with dashes in both parts', () => {
    expect(
      parseSdistOf('foo-bar-1.0-1.tar.gz', parseProjectName('foo-bar'), parseUploadVersion('1.0.post1')),
    ).toMatchObject({
      writtenName: 'foo-bar',
      writtenVersion: '1.0-1',
    });
    expect(parseFileName('foo-bar-1.0.tar.gz')).toMatchObject({ name: 'foo-bar', writtenVersion: '1.0' });
  });
});

describe('names of neither', () => {
  it.each<[string, FileType, string]>([
    ['foo_bar-1.0.tar.bz2', 'sdist', 'extension'],
    ['foo_bar-1.0.egg', 'sdist', 'extension'],
    ['foo_bar-1.0.TAR.GZ', 'sdist', 'extension'],
    ['foo_bar-1.0.tar.gz', 'bdist_wheel', 'extension'],
    ['foo_bar-1.0-py3-none-any.whl', 'sdist', 'extension'],
    ['../foo_bar-1.0.tar.gz', 'sdist', 'characters'],
    ['..\\foo_bar-1.0.tar.gz', 'sdist', 'characters'],
    ['foo_bar-1.0\n.tar.gz', 'sdist', 'characters'],
    ['foo_bar-1.0\0.tar.gz', 'sdist', 'characters'],
    [`${'a'.repeat(300)}-1.0.tar.gz`, 'sdist', 'too-long'],
  ])('%j as %s is refused (P9, W6)', (filename, filetype, code) => {
    const declared = { filetype, name: parseProjectName('foo-bar'), version: parseUploadVersion('1.0') };
    expect(() => readUploadFileName(filename, declared, historic)).toThrow(
      expect.objectContaining({ code: `pypi.filename-${code}` }),
    );
  });

  it('are refused clearly whatever they are, and those that are read are safe in paths', () => {
    const any = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.stringMatching(/^[a-z0-9._+!-]{0,30}(\.whl|\.tar\.gz|\.zip)$/),
    );
    const declared = { name: parseProjectName('foo-bar'), version: parseUploadVersion('1.0') };
    fc.assert(
      fc.property(any, fc.constantFrom<FileType>('sdist', 'bdist_wheel'), (filename, filetype) => {
        expect(outcome(filename, { filetype, ...declared })).toMatch(/^(?:read safely|refused)$/);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('platforms', () => {
  it.each([
    ...['any', 'win_amd64', 'win_arm64', 'manylinux1_x86_64', 'manylinux_2_28_aarch64', 'musllinux_1_2_x86_64'],
    ...[
      'macosx_10_9_universal2',
      'macosx_11_0_arm64',
      'macosx_26_0_arm64',
      'ios_13_0_arm64_iphoneos',
      'android_21_arm64_v8a',
    ],
    ...['pyemscripten_2025_0_wasm32', 'linux_armv7l', 'manylinux_2_39_riscv64'],
  ])('%s is meant for other machines', (platform) => {
    expect(isPortablePlatform(platform)).toBe(true);
  });

  it.each([
    'linux_x86_64',
    'macosx_11_1_arm64',
    'manylinux_2_17_sparc',
    'musllinux_1_2_ppc64',
    'win_amd64_x',
    'Any',
    '',
  ])('%s is not', (platform) => {
    expect(isPortablePlatform(platform)).toBe(false);
  });
});
