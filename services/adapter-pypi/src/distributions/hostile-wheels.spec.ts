import type { ZipMember, ZipOptions } from '@waybill/testing';
import { extraField, uint64s, zip64End } from '@waybill/testing';
import { describe, expect, it } from 'vitest';
import { readWheelBytes, wheelRefusal } from '../../test/reading-wheels.js';
import type { WheelParts } from '../../test/wheel-of.js';
import { wheelOf } from '../../test/wheel-of.js';

const last = (change: Partial<ZipMember>) => (members: ZipMember[]) =>
  members.map((member, index) => (index === 0 ? { ...member, ...change } : member));

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
    expect(await wheelRefusal(typeof change === 'function' ? { members: change } : { archive: change ?? {} })).toBe(
      code,
    );
  });

  it('is refused when it is a tar archive', async () => {
    await expect(readWheelBytes(Buffer.alloc(2048))).rejects.toMatchObject({ code: 'archive.not-zip' });
  });
});
