import { createHash } from 'node:crypto';
import { archiveBuffer, defaultArchiveBudget } from '@waybill/archives';
import { DomainError } from '@waybill/domain';
import type { ZipMember, ZipOptions } from '@waybill/testing';
import { extraField, uint64s, zip64End } from '@waybill/testing';
import { describe, expect, it } from 'vitest';
import type { WheelParts } from '../../test/wheel-of.js';
import { recordLine, wheelOf } from '../../test/wheel-of.js';
import { parseFileName } from './file-name.js';
import { readWheel } from './wheel.reader.js';

const info = 'foo_bar-1.0.dist-info';

async function read(bytes: Buffer, filename = 'foo_bar-1.0-py3-none-any.whl') {
  const fileName = parseFileName(filename);
  if (fileName?.filetype !== 'bdist_wheel') throw new Error(`${filename} is no name of a wheel`);
  return readWheel(archiveBuffer(bytes), fileName, {
    budget: { ...defaultArchiveBudget, ratioFloorBytes: 1024 * 1024 },
  });
}

async function refusal(parts: WheelParts, filename?: string): Promise<string> {
  try {
    await read(wheelOf(parts), filename);
    return 'read';
  } catch (error) {
    return error instanceof DomainError && error.kind === 'invalid'
      ? error.code
      : `not refused clearly: ${String(error)}`;
  }
}

const last = (change: Partial<ZipMember>) => (members: ZipMember[]) =>
  members.map((member, index) => (index === 0 ? { ...member, ...change } : member));

describe('a wheel (PEP 427)', () => {
  it('is read with its metadata byte for byte (PEP 658), its commands and its sizes', async () => {
    const entryPoints =
      '[console_scripts]\nfoo = foo_bar:main\n\n[gui_scripts]\nfoo-gui=foo_bar:gui [x]\n[pytest11]\nplug = foo\n';
    const bytes = wheelOf({
      headers: ['Requires-Dist: a'],
      description: 'Größe',
      info: { 'entry_points.txt': entryPoints },
    });
    const wheel = await read(bytes);
    const metadata = `Metadata-Version: 2.1\nName: foo_bar\nVersion: 1.0\nRequires-Dist: a\n\nGröße`;
    expect(wheel.metadataFile.bytes.toString()).toBe(metadata);
    expect(wheel.metadataFile.sha256).toBe(createHash('sha256').update(metadata).digest('hex'));
    expect(wheel).toMatchObject({
      fileCount: 5,
      rootIsPurelib: true,
      metadata: { name: 'foo-bar', description: 'Größe' },
    });
    expect([...wheel.entryPoints.consoleScripts]).toEqual([['foo', 'foo_bar:main']]);
    expect([...wheel.entryPoints.guiScripts]).toEqual([['foo-gui', 'foo_bar:gui [x]']]);
    expect(wheel.entryPoints.groups).toEqual(['pytest11']);
  });

  it.each<[string, WheelParts, string?]>([
    ['paths with commas, quotes and other scripts', { files: { 'foo_bar/a,"b".txt': '1', 'foo_bar/grüße.txt': '2' } }],
    [
      'a RECORD that hashes with sha512',
      { record: (lines) => [...lines.slice(1), recordLine('foo_bar/__init__.py', 'x = 1\n', 'sha512')] },
    ],
    [
      'a RECORD from Windows',
      {
        record: (lines) =>
          lines
            .map((line) => line.replaceAll('/', '\\').replaceAll('sha256=', 'sha256=') + '\r')
            .map((line) => line.replace(/=[^,]*/, (hash) => hash.replaceAll('\\', '/'))),
      },
    ],
    [
      'a signature that RECORD does not name',
      { members: (all) => [...all, { name: `${info}/RECORD.jws`, content: '{}' }] },
    ],
    ['a folder of its own', { members: (all) => [{ name: 'foo_bar/', unixMode: 0o040755, stored: true }, ...all] }],
    [
      'a license file where 2.4 has it',
      { metadataVersion: '2.4', headers: ['License-File: LICENSE'], info: { 'licenses/LICENSE': 'MIT' } },
    ],
    ['a version in another spelling', { version: '1.0.0' }],
    ['a version with an epoch', { version: '1!1.0' }, 'foo_bar-1!1.0-py3-none-any.whl'],
    [
      'names in cases that only Linux tells apart',
      { files: { 'foo/a': '1', 'foo/A': '2' } },
      'foo_bar-1.0-py3-none-manylinux2014_x86_64.whl',
    ],
    ['ZIP64 records', { archive: { beforeEnd: zip64End } }],
  ])('may have %s', async (_what, parts, filename) => {
    expect(await refusal(parts, filename)).toBe('read');
  });
});

describe('a wheel that is another than its name says (P9)', () => {
  it.each<[string, string, WheelParts]>([
    [
      'has the metadata of another project',
      'pypi.wheel-mismatch',
      { info: { METADATA: 'Metadata-Version: 2.1\nName: evil\nVersion: 1.0\n' } },
    ],
    [
      'has the metadata of another version',
      'pypi.wheel-mismatch',
      { info: { METADATA: 'Metadata-Version: 2.1\nName: foo-bar\nVersion: 2.0\n' } },
    ],
    ['has the folder of another project', 'pypi.wheel-dist-info', { name: 'evil' }],
    ['has the folder of another version', 'pypi.wheel-dist-info', { version: '1.1' }],
    ['has two such folders', 'pypi.wheel-dist-info', { files: { 'evil-1.0.dist-info/METADATA': 'x' } }],
    ['has two that differ in case', 'pypi.wheel-ambiguous', { files: { 'Foo_Bar-1.0.DIST-INFO/METADATA': 'x' } }],
    ['has none', 'pypi.wheel-dist-info', { members: () => [{ name: 'foo_bar/__init__.py', content: '' }] }],
    ['has no METADATA', 'pypi.wheel-incomplete', { info: { METADATA: null } }],
    ['has no WHEEL', 'pypi.wheel-incomplete', { info: { WHEEL: null } }],
    ['has no RECORD', 'pypi.wheel-incomplete', { info: { RECORD: null } }],
    ['has metadata in another case', 'pypi.wheel-incomplete', { info: { METADATA: null, metadata: 'Name: foo' } }],
    ['has metadata that is invalid', 'pypi.metadata-invalid', { headers: ['Requires-Dist: a @ https://example.org'] }],
    [
      'is of a version of the format that nobody knows',
      'pypi.wheel-file',
      { info: { WHEEL: 'Wheel-Version: 2.0\nRoot-Is-Purelib: true\n' } },
    ],
    ['does not say where it is unpacked', 'pypi.wheel-file', { info: { WHEEL: 'Wheel-Version: 1.0\n' } }],
    [
      'says twice where it is unpacked',
      'pypi.wheel-file',
      { info: { WHEEL: 'Wheel-Version: 1.0\nRoot-Is-Purelib: true\nRoot-Is-Purelib: false\n' } },
    ],
    [
      'lacks a license file (PEP 639)',
      'pypi.wheel-license-file',
      { metadataVersion: '2.4', headers: ['License-File: LICENSE'] },
    ],
  ])('is refused: it %s', async (_what, code, parts) => {
    expect(await refusal(parts)).toBe(code);
  });
});

describe('a wheel whose RECORD is wrong (P9)', () => {
  const file = 'foo_bar/__init__.py';
  it.each<[string, (lines: string[]) => string[]]>([
    ['leaves a file out', (lines) => lines.slice(1)],
    ['names a file that is not there', (lines) => [recordLine('foo_bar/other.py', ''), ...lines]],
    ['has another hash', (lines) => [recordLine(file, 'y = 1\n'), ...lines.slice(1)]],
    ['has another hash of a better kind', (lines) => [recordLine(file, 'y = 1\n', 'sha384'), ...lines.slice(1)]],
    ['has another size', (lines) => lines.map((line) => line.replace(/,6$/, ',7'))],
    ['has a size that is no number', (lines) => lines.map((line) => line.replace(/,6$/, ',-6'))],
    ['has no hash', (lines) => [`${file},,6`, ...lines.slice(1)]],
    ['has a weak hash', (lines) => [recordLine(file, 'x = 1\n', 'md5'), ...lines.slice(1)]],
    ['names a file twice, differently', (lines) => [recordLine(file, 'y = 1\n'), ...lines]],
    ['has lines of two fields', (lines) => [`${file},sha256=x`, ...lines.slice(1)]],
    ['is not CSV', (lines) => [`"${file},,`, ...lines.slice(1)]],
  ])('is refused: it %s', async (_what, record) => {
    expect(await refusal({ record })).toBe('pypi.wheel-record');
  });

  it('is refused: it is not UTF-8', async () => {
    const members = (all: ZipMember[]) =>
      all.map((one) => (one.name === `${info}/RECORD` ? { ...one, content: Buffer.from([0xff]) } : one));
    expect(await refusal({ members })).toBe('pypi.wheel-record');
  });
});

describe('commands of a wheel', () => {
  it.each([
    ['that would be written elsewhere (P10)', '[console_scripts]\n../../evil = a:b\n'],
    ['that would be written elsewhere on Windows (P10)', '[gui_scripts]\n..\\evil = a:b\n'],
    ['that are a folder', '[console_scripts]\n.. = a:b\n'],
    ['with blanks in their names', '[console_scripts]\na b = a:b\n'],
    ['that stand there twice', '[console_scripts]\na = a:b\na = c:d\n'],
    ['in a section that stands there twice', '[console_scripts]\na = a:b\n[console_scripts]\nb = c:d\n'],
    ['in no section', 'a = a:b\n'],
    ['that call nothing', '[console_scripts]\na\n'],
  ])('%s are refused', async (_what, entryPoints) => {
    expect(await refusal({ info: { 'entry_points.txt': entryPoints } })).toBe('pypi.wheel-entry-points');
  });
});

describe('a wheel that is a hostile archive (I1, I3, P10)', () => {
  const first: Partial<ZipMember> = { content: 'x = 1\n' };
  it.each<[string, string, WheelParts['members'] | ZipOptions]>([
    [
      'a file twice',
      'archive.duplicate-entry',
      (all) => [...all, { name: 'foo_bar/__init__.py', content: 'import os' }],
    ],
    [
      'a header that contradicts the directory in its name',
      'archive.zip-header-mismatch',
      last({ central: { name: 'foo_bar/__evil__.py' } }),
    ],
    [
      'a header that contradicts the directory in its size',
      'archive.zip-header-mismatch',
      last({ local: { size: 1 } }),
    ],
    ['a wrong descriptor', 'archive.zip-header-mismatch', last({ descriptor: 'wrong' })],
    ['a descriptor behind what is stored', 'pypi.wheel-ambiguous', last({ descriptor: 'signed', stored: true })],
    ['data before it', 'archive.zip-hidden-data', { leading: Buffer.from('#!/bin/sh\n') }],
    ['data between its members', 'archive.zip-hidden-data', last({ gap: Buffer.from('hidden') })],
    ['data behind it', 'archive.trailing-data', { trailing: Buffer.from('hidden') }],
    ['a second archive behind it', 'archive.zip-directory', { trailing: wheelOf() }],
    ['data behind a compressed file', 'archive.zip-hidden-data', last({ ...first, afterDeflate: Buffer.from('x') })],
    ['a comment that holds records', 'archive.zip-comment', { comment: Buffer.from('PK\x01\x02') }],
    ['a wrong count', 'archive.zip-directory', { entryCount: 3 }],
    ['several disks', 'archive.zip-multi-disk', { disk: 1 }],
    [
      'overlapping files',
      'archive.zip-overlap',
      (all) => all.map((one, index) => (index === 1 ? { ...one, central: { offset: 0 } } : one)),
    ],
    ['ZIP64 sizes that lie', 'archive.zip64-mismatch', last({ extra: extraField(1, uint64s(1, 2)) })],
    [
      'an end record of ZIP64 that lies',
      'archive.zip64-mismatch',
      { beforeEnd: (place) => zip64End({ ...place, count: 1 }) },
    ],
    [
      'a second name in an extra field',
      'archive.zip-name-mismatch',
      last({ extra: extraField(0x7075, Buffer.from('\x01\0\0\0\0evil.py')) }),
    ],
    [
      'an extra field twice',
      'archive.zip-extra-duplicate',
      last({ extra: Buffer.concat([extraField(9, Buffer.alloc(1)), extraField(9, Buffer.alloc(1))]) }),
    ],
    ['an encrypted file', 'archive.zip-encrypted', last({ flags: 0x801 })],
    ['a compression that few know', 'archive.zip-method', last({ method: 12 })],
    ['a path that climbs', 'archive.path-traversal', last({ name: 'foo_bar/../../evil.py' })],
    ['an absolute path', 'archive.absolute-path', last({ name: '/etc/cron.d/evil' })],
    ['a backslash', 'archive.backslash', last({ name: 'foo_bar\\evil.py' })],
    ['a drive', 'archive.drive-letter', last({ name: 'C:evil.py' })],
    ['NUL in a name', 'archive.control-character', last({ name: 'evil.py\0.txt' })],
    ['a name that is not UTF-8', 'archive.name-not-utf8', last({ name: Buffer.from([0x61, 0xff]) })],
    [
      'names that differ in case',
      'pypi.wheel-ambiguous',
      (all) => [...all, { name: 'foo_bar/__INIT__.py', content: '' }],
    ],
    [
      'names that differ in how accents are written',
      'pypi.wheel-ambiguous',
      (all) => [...all, { name: 'e\u0301.py' }, { name: '\u00e9.py' }],
    ],
    ['a path that is written in two ways', 'pypi.wheel-ambiguous', last({ name: 'foo_bar//__init__.py' })],
    [
      'a symlink',
      'pypi.wheel-ambiguous',
      (all) => [...all, { name: 'foo_bar/link', content: '__init__.py', unixMode: 0o120777 }],
    ],
    [
      'a symlink out of it',
      'archive.symlink-escape',
      (all) => [...all, { name: 'foo_bar/link', content: '../../etc', unixMode: 0o120777 }],
    ],
    ['a device', 'archive.device-entry', last({ unixMode: 0o060644 })],
    ['a bomb', 'archive.ratio-exceeded', last({ content: Buffer.alloc(4 * 1024 * 1024) })],
  ])('is refused: %s', async (_what, code, change) => {
    expect(await refusal(typeof change === 'function' ? { members: change } : { archive: change ?? {} })).toBe(code);
  });

  it('is refused when it is a tar archive', async () => {
    await expect(read(Buffer.alloc(2048))).rejects.toMatchObject({ code: 'archive.not-zip' });
  });
});
