import { createHash } from 'node:crypto';
import type { ZipMember } from '@waybill/testing';
import { zip64End } from '@waybill/testing';
import { describe, expect, it } from 'vitest';
import { readWheelBytes, wheelRefusal } from '../../test/reading-wheels.js';
import type { WheelParts } from '../../test/wheel-of.js';
import { recordLine, wheelOf } from '../../test/wheel-of.js';

const info = 'foo_bar-1.0.dist-info';

describe('a wheel (PEP 427)', () => {
  it('is read with its metadata byte for byte (PEP 658), its commands and its sizes', async () => {
    const entryPoints =
      '[console_scripts]\nfoo = foo_bar:main\n\n[gui_scripts]\nfoo-gui=foo_bar:gui [x]\n[pytest11]\nplug = foo\n';
    const bytes = wheelOf({
      headers: ['Requires-Dist: a'],
      description: 'Größe',
      info: { 'entry_points.txt': entryPoints },
    });
    const wheel = await readWheelBytes(bytes);
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
    expect(await wheelRefusal(parts, filename)).toBe('read');
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
    expect(await wheelRefusal(parts)).toBe(code);
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
    expect(await wheelRefusal({ record })).toBe('pypi.wheel-record');
  });

  it('is refused: it is not UTF-8', async () => {
    const members = (all: ZipMember[]) =>
      all.map((one) => (one.name === `${info}/RECORD` ? { ...one, content: Buffer.from([0xff]) } : one));
    expect(await wheelRefusal({ members })).toBe('pypi.wheel-record');
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
    expect(await wheelRefusal({ info: { 'entry_points.txt': entryPoints } })).toBe('pypi.wheel-entry-points');
  });
});
