import { gunzipSync, gzipSync } from 'node:zlib';
import { archiveBuffer, defaultArchiveBudget } from '@waybill/archives';
import { DomainError } from '@waybill/domain';
import { zip } from '@waybill/testing';
import { describe, expect, it } from 'vitest';
import type { SdistMember } from '../../test/sdist-of.js';
import { packageInfo, sdistMembers, sdistOf } from '../../test/sdist-of.js';
import { parseFileName } from './file-name.js';
import { readSdist } from './sdist.reader.js';

const top = 'foo_bar-1.0';

async function read(bytes: Buffer, filename = 'foo_bar-1.0.tar.gz') {
  const fileName = parseFileName(filename);
  if (fileName?.filetype !== 'sdist') throw new Error(`${filename} is no name of a source distribution`);
  return readSdist(archiveBuffer(bytes), fileName, {
    budget: { ...defaultArchiveBudget, ratioFloorBytes: 1024 * 1024 },
  });
}

async function refusal(bytes: Buffer, filename?: string): Promise<string> {
  try {
    await read(bytes, filename);
    return 'read';
  } catch (error) {
    return error instanceof DomainError && error.kind === 'invalid'
      ? error.code
      : `not refused clearly: ${String(error)}`;
  }
}

const refusalOf = async (...more: SdistMember[]) => refusal(await sdistOf([...sdistMembers(), ...more]));

describe('a source distribution (PEP 625)', () => {
  it('is read with its metadata', async () => {
    const sdist = await read(await sdistOf(sdistMembers({ 'setup.py': 'setup()', 'src/foo.py': '1' })));
    expect(sdist).toMatchObject({ fileCount: 4, hasPyproject: true, hasSetupPy: true, metadata: { name: 'foo-bar' } });
    expect(sdist.metadataFile.bytes.toString()).toBe(packageInfo());
  });

  it.each<[string, string, string]>([
    ['foo.bar-1.0.tar.gz', 'foo.bar-1.0', 'foo.bar'],
    ['Foo_Bar-1.0.tar.gz', 'Foo-Bar-1.0', 'Foo-Bar'],
    ['foo-bar-1.0.tar.gz', 'foo-bar-1.0.0', 'foo_bar'],
  ])('of history is read: %s', async (filename, folder, name) => {
    const members = sdistMembers({ 'PKG-INFO': packageInfo(name) }, folder);
    expect(await refusal(await sdistOf(members), filename)).toBe('read');
  });

  it('may be a zip archive', async () => {
    const bytes = zip([
      { name: `${top}/PKG-INFO`, content: packageInfo() },
      { name: `${top}/setup.py`, content: '' },
    ]);
    expect(await read(bytes, 'foo_bar-1.0.zip')).toMatchObject({ hasPyproject: false, hasSetupPy: true, fileCount: 2 });
  });
});

describe('a source distribution that is another than its name says (P9)', () => {
  it.each<[string, string, SdistMember[]]>([
    ['has the metadata of another project', 'pypi.sdist-mismatch', sdistMembers({ 'PKG-INFO': packageInfo('evil') })],
    [
      'has the metadata of another version',
      'pypi.sdist-mismatch',
      sdistMembers({ 'PKG-INFO': packageInfo('foo', '2') }),
    ],
    ['has no metadata', 'pypi.sdist-incomplete', [{ name: `${top}/setup.py`, content: '' }]],
    ['has its metadata too deep', 'pypi.sdist-incomplete', [{ name: `${top}/egg/PKG-INFO`, content: packageInfo() }]],
    ['has the folder of another project', 'pypi.sdist-folders', sdistMembers({}, 'evil-1.0')],
    ['has the folder of another version', 'pypi.sdist-folders', sdistMembers({}, 'foo_bar-2.0')],
    ['has two folders', 'pypi.sdist-folders', [...sdistMembers(), { name: 'evil/setup.py', content: '' }]],
    ['has a file beside its folder', 'pypi.sdist-folders', [...sdistMembers(), { name: 'setup.py', content: '' }]],
    ['has its metadata twice, in two cases', 'pypi.sdist-disguised', sdistMembers({ 'pkg-info': packageInfo('evil') })],
    [
      'has a link as its metadata',
      'pypi.sdist-disguised',
      [
        { name: `${top}/x`, content: packageInfo() },
        { name: `${top}/PKG-INFO`, type: 'symlink', linkname: 'x' },
      ],
    ],
    [
      'has invalid metadata',
      'pypi.metadata-invalid',
      sdistMembers({ 'PKG-INFO': 'Metadata-Version: 2.1\nName: foo_bar\n' }),
    ],
    [
      'lacks a license file (PEP 639)',
      'pypi.sdist-license-file',
      sdistMembers({ 'PKG-INFO': packageInfo('foo_bar', '1.0', 'License-File: L') }),
    ],
  ])('is refused: it %s', async (_what, code, members) => {
    expect(await refusal(await sdistOf(members))).toBe(code);
  });
});

describe('a source distribution that is a hostile archive (I2, I3, P10)', () => {
  it.each<[string, string, SdistMember]>([
    ['a path that climbs', 'archive.path-traversal', { name: `${top}/../../evil`, content: 'x' }],
    ['an absolute path', 'archive.absolute-path', { name: '/etc/passwd', content: 'x' }],
    ['a symlink out of it', 'archive.symlink-escape', { name: `${top}/link`, type: 'symlink', linkname: '../../etc' }],
    ['an absolute symlink', 'archive.symlink-escape', { name: `${top}/link`, type: 'symlink', linkname: '/etc' }],
    ['a hardlink out of it', 'archive.hardlink-escape', { name: `${top}/link`, type: 'link', linkname: '/etc/passwd' }],
    ['a device', 'archive.device-entry', { name: `${top}/null`, type: 'character-device' }],
    ['a FIFO', 'archive.fifo-entry', { name: `${top}/pipe`, type: 'fifo' }],
    ['a bomb', 'archive.ratio-exceeded', { name: `${top}/zeros`, content: '\0'.repeat(4 * 1024 * 1024) }],
    ['a file twice', 'archive.duplicate-entry', { name: `${top}/PKG-INFO`, content: packageInfo('evil') }],
    ['a sparse file', 'archive.sparse-entry', { name: `${top}/s`, pax: { 'GNU.sparse.major': '1' }, content: 'x' }],
  ])('is refused: %s', async (_what, code, member) => {
    expect(await refusalOf(member)).toBe(code);
  });

  it('is refused with a second gzip stream, with data behind it, and when it is a zip archive as well', async () => {
    const bytes = await sdistOf();
    expect(await refusal(Buffer.concat([bytes, gzipSync('x')]))).toMatch(/^archive\./);
    expect(await refusal(Buffer.concat([bytes, Buffer.from('x')]))).toMatch(/^archive\./);
    const inside = zip([{ name: 'a.py', content: 'x' }]);
    const plain = gunzipSync(await sdistOf([...sdistMembers(), { name: `${top}/z`, content: inside }]));
    expect(await refusal(gzipSync(plain, { level: 0 }))).toBe('pypi.sdist-ambiguous');
  });
});
