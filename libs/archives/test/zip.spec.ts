import { describe, expect, it } from 'vitest';
import type { ZipMember, ZipOptions } from '@waybill/testing';
import { extraField, uint64s, zip, zip64End } from '@waybill/testing';
import { codes, read, refusal } from './reading.js';

const file: ZipMember = { name: 'pkg/module.py', content: 'print("hello")\n'.repeat(20) };
const other: ZipMember = { name: 'pkg/other.py', content: 'pass' };

describe('honest zip archives', () => {
  it('shows files with path, size, mode and content', async () => {
    const seen = await read(
      zip([{ name: 'pkg/', unixMode: 0o040755, stored: true }, file, { ...other, unixMode: 0o100755 }]),
      'zip',
    );
    expect(seen.entries).toEqual([
      { path: 'pkg', type: 'directory', size: 0, mode: 0o755, executable: false },
      { path: 'pkg/module.py', type: 'file', size: 300, mode: 0o644, executable: false },
      { path: 'pkg/other.py', type: 'file', size: 4, mode: 0o755, executable: true },
    ]);
    expect(seen.contents.get('pkg/module.py')).toBe(file.content);
    expect(seen.summary.findings).toEqual([]);
  });

  it.each<[string, ZipMember[], ZipOptions]>([
    ['no members', [], {}],
    ['stored members', [{ ...file, stored: true }], {}],
    ['a data descriptor with signature', [{ ...file, descriptor: 'signed' }, other], {}],
    ['a data descriptor without signature', [{ ...file, descriptor: 'plain' }], {}],
    ['extra fields', [{ ...file, extra: extraField(0x5455, Buffer.alloc(5)) }], {}],
    ['ZIP64 end records', [file, other], { beforeEnd: zip64End }],
  ])('reads %s', async (_name, members, options) => {
    const seen = await read(zip(members, options), 'zip');
    expect(seen.entries.map((entry) => entry.path)).toEqual(members.map((member) => member.name));
    expect(seen.summary.findings).toEqual([]);
  });
});

describe('hostile zip archives are refused (P10, I1)', () => {
  const smuggled = zip([other]);
  it.each<[string, string, ZipMember[], ZipOptions?]>([
    ['a path that climbs', 'path-traversal', [{ ...file, name: '../evil' }]],
    ['an absolute path', 'absolute-path', [{ ...file, name: '/etc/passwd' }]],
    ['a backslash', 'backslash', [{ ...file, name: 'a\\..\\b' }]],
    ['a drive letter', 'drive-letter', [{ ...file, name: 'c:evil' }]],
    ['NUL in a name', 'control-character', [{ ...file, name: 'a.py\0.txt' }]],
    ['a name that is not UTF-8', 'name-not-utf8', [{ ...file, name: Buffer.from([0x61, 0xff]) }]],
    ['a duplicate name', 'duplicate-entry', [file, file]],
    [
      'a local name that differs from the directory',
      'zip-header-mismatch',
      [{ ...file, central: { name: 'pkg/xodule.py' } }],
    ],
    ['a local size that differs', 'zip-header-mismatch', [{ ...file, local: { size: 5 } }]],
    ['a local checksum that differs', 'zip-header-mismatch', [{ ...file, local: { crc: 5 } }]],
    ['a local flag that differs', 'zip-header-mismatch', [{ ...file, local: { flags: 0x808 } }]],
    ['a method that differs', 'zip-header-mismatch', [{ ...file, central: { method: 0 } }]],
    ['a wrong data descriptor', 'zip-header-mismatch', [{ ...file, descriptor: 'wrong' }]],
    ['content larger than declared', 'zip-size-mismatch', [{ ...file, central: { size: 3 }, local: { size: 3 } }]],
    ['content smaller than declared', 'zip-size-mismatch', [{ ...file, central: { size: 999 }, local: { size: 999 } }]],
    ['a wrong checksum', 'zip-crc-mismatch', [{ ...file, central: { crc: 7 }, local: { crc: 7 } }]],
    ['data behind a deflate stream', 'zip-hidden-data', [{ ...file, afterDeflate: Buffer.from('hidden') }]],
    ['data between members', 'zip-hidden-data', [file, { ...other, gap: Buffer.from('hidden') }]],
    ['overlapping members', 'zip-overlap', [file, { ...other, central: { offset: 0 } }]],
    ['encryption', 'zip-encrypted', [{ ...file, flags: 0x801 }]],
    ['a method that few readers know', 'zip-method', [{ ...file, method: 12 }]],
    ['a symlink that leaves the package', 'symlink-escape', [{ name: 'l', unixMode: 0o120777, content: '../../etc' }]],
    ['a device', 'device-entry', [{ ...file, unixMode: 0o020644 }]],
    ['a folder with content', 'directory-content', [{ ...file, name: 'pkg/' }]],
    [
      'the same extra field twice',
      'zip-extra-duplicate',
      [{ ...file, extra: Buffer.concat([extraField(9, Buffer.alloc(1)), extraField(9, Buffer.alloc(1))]) }],
    ],
    ['a damaged extra field', 'zip-extra-malformed', [{ ...file, extra: Buffer.from([1, 2, 3]) }]],
    [
      'a Unicode path that differs from the name',
      'zip-name-mismatch',
      [{ ...file, extra: extraField(0x7075, Buffer.from('\x01....evil')) }],
    ],
    [
      'a ZIP64 field that lies about the size',
      'zip64-mismatch',
      [{ ...file, centralExtra: extraField(1, uint64s(99)) }],
    ],
    ['leading data', 'zip-hidden-data', [file], { leading: Buffer.from('#!/bin/sh\n') }],
    ['trailing data', 'trailing-data', [file], { trailing: Buffer.from('more') }],
    ['an archive smuggled in the comment', 'zip-directory', [file], { comment: smuggled }],
    ['record signatures in the comment', 'zip-comment', [file], { comment: Buffer.from('PK\x03\x04 hello') }],
    ['a second end record', 'zip-directory', [file], { beforeEnd: () => smuggled.subarray(-22) }],
    ['several disks', 'zip-multi-disk', [file], { disk: 1 }],
    ['too small a count of members', 'zip-directory', [file, other], { entryCount: 1 }],
    ['too large a count of members', 'zip-directory', [file], { entryCount: 2 }],
    ['a directory elsewhere', 'zip-directory', [file], { end: { start: 3 } }],
    [
      'ZIP64 end records that lie',
      'zip64-mismatch',
      [file],
      { beforeEnd: (place) => zip64End({ ...place, count: 2 }) },
    ],
    [
      'a ZIP64 locator that points elsewhere',
      'zip64-mismatch',
      [file],
      { beforeEnd: (place) => zip64End({ ...place, start: 0 }) },
    ],
  ])('refuses %s', async (_name, code, members, options) => {
    await expect(refusal(zip(members, options), 'zip')).resolves.toBe(code);
  });

  it('refuses an archive that is cut off', async () => {
    await expect(refusal(zip([file]).subarray(0, -1), 'zip')).resolves.toBe('not-zip');
  });

  it.each([Buffer.alloc(0), Buffer.from('PK'), Buffer.alloc(5000)])('refuses what is no zip archive', async (bytes) => {
    await expect(refusal(bytes, 'zip')).resolves.toBe('not-zip');
  });
});

describe('unusual zip archives are flagged (I1)', () => {
  it.each<[string, string, ZipMember[], ZipOptions?]>([
    ['paths that differ only in case', 'flag case-collision', [file, { ...file, name: 'pkg/MODULE.py' }]],
    ['a comment', 'flag zip-comment', [file], { comment: Buffer.from('made by hand') }],
    ['a UTF-8 name without its flag', 'flag zip-name-encoding', [{ ...file, name: 'é', flags: 0 }]],
    ['a symlink that stays inside', 'flag symlink', [{ name: 'l', unixMode: 0o120777, content: 'pkg' }]],
  ])('flags %s', async (_name, code, members, options) => {
    expect(codes(await read(zip(members, options), 'zip'))).toEqual([code]);
  });

  it('goes on behind a member that is refused when findings are collected', async () => {
    const seen = await read(zip([{ ...file, name: '../evil' }, { ...file, flags: 0x801 }, other]), 'zip', {
      mode: 'collect',
    });
    expect(codes(seen)).toEqual(['refuse path-traversal', 'refuse zip-encrypted']);
    expect(seen.contents.get('pkg/other.py')).toBe('pass');
  });
});
