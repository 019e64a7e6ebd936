import { describe, expect, it } from 'vitest';
import type { TarMember } from './tar-builder.js';
import { pax, tar, tarEnd, tarMember } from './tar-builder.js';
import { codes, read, refusal } from './reading.js';

const file: TarMember = { name: 'package/package.json', content: '{}' };

describe('honest tar archives', () => {
  it('shows files with path, size, mode and content', async () => {
    const seen = await read(tar(file, { name: 'package/bin/run', mode: '0000755', content: '#!/bin/sh' }), 'tar');
    expect(seen.entries).toEqual([
      { path: 'package/package.json', type: 'file', size: 2, mode: 0o644, executable: false },
      { path: 'package/bin/run', type: 'file', size: 9, mode: 0o755, executable: true },
    ]);
    expect(seen.contents.get('package/bin/run')).toBe('#!/bin/sh');
    expect(seen.summary).toMatchObject({ entries: 2, complete: true, findings: [] });
  });

  it.each<[string, (TarMember | Buffer)[], string]>([
    ['long names in a pax header', [pax({ path: `package/${'n'.repeat(200)}` }), file], `package/${'n'.repeat(200)}`],
    ['a GNU long name', [{ type: 'L', content: `package/${'n'.repeat(200)}\0` }, file], `package/${'n'.repeat(200)}`],
    ['a global pax header with a comment', [pax({ comment: 'git commit' }, 'g'), file], 'package/package.json'],
    ['a ustar prefix', [{ ...file, name: 'package.json', prefix: 'package' }], 'package/package.json'],
    ['v7 headers without magic', [{ ...file, magic: '' }], 'package/package.json'],
    ['GNU magic', [{ ...file, magic: 'ustar  \0' }], 'package/package.json'],
    ['a NUL as the type of a file', [{ ...file, type: '\0' }], 'package/package.json'],
    ['a leading ./', [{ ...file, name: './package/package.json' }], 'package/package.json'],
    ['odd modes', [{ ...file, mode: '100644 ' }], 'package/package.json'],
    ['a pax size that repeats the header', [pax({ size: '2' }), file], 'package/package.json'],
  ])('reads %s', async (_name, members, path) => {
    const seen = await read(tar(...members), 'tar');
    expect(seen.entries.map((entry) => entry.path)).toEqual([path]);
    expect(seen.summary.findings).toEqual([]);
  });

  it('takes a name with a trailing slash as a folder, and passes over the root itself', async () => {
    const seen = await read(tar({ name: './', type: '5' }, { name: 'package/' }, file), 'tar');
    expect(seen.entries.map((entry) => `${entry.type} ${entry.path}`)).toEqual([
      'directory package',
      'file package/package.json',
    ]);
  });

  it('reads zeros after the end marker as padding', async () => {
    await expect(refusal(Buffer.concat([tar(file), Buffer.alloc(9000)]), 'tar')).resolves.toBe('read');
  });
});

describe('hostile tar archives are refused (P10, I2)', () => {
  it.each<[string, string, (TarMember | Buffer)[]]>([
    ['an absolute path', 'absolute-path', [{ ...file, name: '/etc/passwd' }]],
    ['a path that climbs', 'path-traversal', [{ ...file, name: 'package/../../etc/passwd' }]],
    ['a path that climbs by a pax header', 'path-traversal', [pax({ path: '../evil' }), file]],
    ['a path that climbs by a GNU long name', 'path-traversal', [{ type: 'L', content: '../evil\0' }, file]],
    ['a path that climbs by a prefix', 'path-traversal', [{ ...file, prefix: '..' }]],
    ['a backslash', 'backslash', [{ ...file, name: 'package\\..\\evil' }]],
    ['a drive letter', 'drive-letter', [{ ...file, name: 'C:/evil' }]],
    ['a drive letter behind ./', 'drive-letter', [{ ...file, name: './C:/evil' }]],
    ['a drive letter behind the top folder', 'drive-letter', [{ ...file, name: 'package/C:/evil' }]],
    ['a control character', 'control-character', [{ ...file, name: 'package/a\nb' }]],
    ['NUL in a pax path', 'control-character', [pax({ path: 'package/a\0b' }), file]],
    ['NUL in a GNU long name', 'control-character', [{ type: 'L', content: 'package/a\0../../b' }, file]],
    ['a name that is not UTF-8', 'name-not-utf8', [{ ...file, name: Buffer.from([0x70, 0xff]) }]],
    ['no name', 'empty-name', [{ ...file, name: '' }]],
    ['a symlink that leaves the package', 'symlink-escape', [{ name: 'p/l', type: '2', linkName: '../../etc' }]],
    ['a symlink to an absolute path', 'symlink-escape', [{ name: 'p/l', type: '2', linkName: '/etc/passwd' }]],
    [
      'a symlink that leaves through an earlier one',
      'symlink-escape',
      [
        { name: 'p/q/a', type: '2', linkName: '../..' },
        { name: 'b', type: '2', linkName: 'p/q/a/../x' },
      ],
    ],
    [
      'a symlink that leaves through a later one',
      'symlink-escape',
      [
        { name: 'p/q/b', type: '2', linkName: 'a/../../..' },
        { name: 'p/q/a', type: '2', linkName: '../..' },
      ],
    ],
    [
      'symlinks that lead to each other',
      'symlink-loop',
      [
        { name: 'a', type: '2', linkName: 'b' },
        { name: 'b', type: '2', linkName: 'a' },
      ],
    ],
    [
      'a file beneath a symlink',
      'write-through-symlink',
      [
        { name: 'p', type: '2', linkName: 'q' },
        { ...file, name: 'p/f' },
      ],
    ],
    [
      'a file beneath a symlink in another case',
      'write-through-symlink',
      [
        { name: 'P', type: '2', linkName: 'q' },
        { ...file, name: 'p/f' },
      ],
    ],
    [
      'a file in place of a symlink',
      'duplicate-entry',
      [
        { name: 'p', type: '2', linkName: 'q' },
        { ...file, name: 'p' },
      ],
    ],
    ['a file in place of a folder', 'type-conflict', [file, { name: 'package', content: 'x' }]],
    ['a hardlink that leaves the package', 'hardlink-escape', [{ name: 'l', type: '1', linkName: '../../etc/passwd' }]],
    ['a hardlink to an absolute path', 'hardlink-escape', [{ name: 'l', type: '1', linkName: '/etc/passwd' }]],
    ['a hardlink to nothing', 'hardlink-target', [{ name: 'l', type: '1', linkName: 'missing' }]],
    [
      'a hardlink to a symlink',
      'hardlink-target',
      [
        { name: 's', type: '2', linkName: 'q' },
        { name: 'l', type: '1', linkName: 's' },
      ],
    ],
    ['a character device', 'device-entry', [{ name: 'd', type: '3' }]],
    ['a block device', 'device-entry', [{ name: 'd', type: '4' }]],
    ['a FIFO', 'fifo-entry', [{ name: 'd', type: '6' }]],
    ['a GNU sparse file', 'sparse-entry', [{ name: 'd', type: 'S' }]],
    ['a pax sparse file', 'sparse-entry', [pax({ 'GNU.sparse.major': '1' }), file]],
    ['an unknown type', 'unsupported-type', [{ name: 'd', type: 'M' }]],
    ['a pax size that contradicts the header', 'pax-size', [pax({ size: '1024' }), file]],
    ['a global header that renames what follows', 'pax-global-override', [pax({ path: 'evil' }, 'g'), file]],
    ['a damaged pax header', 'pax-malformed', [{ type: 'x', content: '99 path=evil\n' }, file]],
    ['two extended headers for one member', 'extension-order', [pax({ path: 'a' }), pax({ path: 'b' }), file]],
    ['an extended header for nothing', 'extension-order', [file, pax({ path: 'a' })]],
    [
      'an extended header of two megabytes',
      'extension-too-long',
      [{ type: 'L', content: Buffer.alloc(2 ** 21, 97) }, file],
    ],
    ['a second member of one path', 'duplicate-entry', [file, { ...file, content: '[]' }]],
    ['a folder with content', 'ambiguous-size', [{ name: 'd/', type: '5', content: 'hidden' }]],
    ['a size that is no number', 'ambiguous-size', [{ ...file, sizeField: '0000000zz' }]],
    ['a negative size', 'ambiguous-size', [{ ...file, sizeField: '\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff' }]],
    ['a wrong checksum', 'invalid-checksum', [{ ...file, checksum: 1 }]],
    ['a name prefix outside of ustar', 'ambiguous-header', [{ ...file, magic: 'ustar  \0', prefix: 'x' }]],
    ['a second archive after the end', 'data-after-end', [file, tarEnd, { ...file, name: 'hidden' }]],
    ['a member after a lone zero block', 'data-after-end', [Buffer.alloc(512), file]],
  ])('refuses %s', async (_name, code, members) => {
    await expect(refusal(tar(...members), 'tar')).resolves.toBe(code);
  });

  it.each([
    ['inside a header', 700],
    ['inside content', 514 - 1],
    ['before the end marker', 1024],
  ])('refuses an archive cut off %s (I2)', async (_where, length) => {
    const bytes = tar(file, { name: 'package/b', content: 'x'.repeat(400) });
    await expect(refusal(bytes.subarray(0, length), 'tar')).resolves.toBe('truncated');
  });

  it('refuses an empty file', async () => {
    await expect(refusal(Buffer.alloc(0), 'tar')).resolves.toBe('truncated');
  });
});

describe('what honest packages have is flagged, not refused (I2)', () => {
  it.each<[string, string[], (TarMember | Buffer)[]]>([
    ['a file twice with equal content', ['flag identical-duplicate'], [file, file]],
    ['paths that differ only in case', ['flag case-collision'], [file, { name: 'package/PACKAGE.json' }]],
    ['paths that differ only in composition', ['flag case-collision'], [{ name: 'caf\u00e9' }, { name: 'cafe\u0301' }]],
    ['a symlink that stays inside', ['flag symlink'], [file, { name: 'package/l', type: '2', linkName: '../package' }]],
    [
      'a hardlink to an earlier file',
      ['flag hardlink'],
      [file, { name: 'l', type: '1', linkName: 'package/package.json' }],
    ],
    ['empty segments', ['flag path-not-normalized'], [{ name: 'package//a/./b' }]],
    ['padding that is not zeros', ['flag padding-not-zero'], [tarMember({ ...file, padding: Buffer.alloc(510, 1) })]],
  ])('flags %s', async (_name, expected, members) => {
    expect(codes(await read(tar(...members), 'tar'))).toEqual(expected);
  });

  it('refuses a symlink whose path differs from another only in case', async () => {
    const bytes = tar({ name: 'a/b' }, { name: 'A', type: '2', linkName: 'c' });
    await expect(refusal(bytes, 'tar')).resolves.toBe('symlink-collision');
  });
});

describe('collecting findings (P10)', () => {
  it('skips what is refused, shows the rest, and names every violation', async () => {
    const members = [{ ...file, name: '../evil' }, file, { name: 'fifo', type: '6' }];
    const seen = await read(tar(...members), 'tar', { mode: 'collect' });
    expect(seen.entries.map((entry) => entry.path)).toEqual(['package/package.json']);
    expect(codes(seen)).toEqual(['refuse path-traversal', 'refuse fifo-entry']);
    expect(seen.summary.complete).toBe(true);
  });

  it('ends where the rest cannot be trusted, and says so', async () => {
    const seen = await read(tar(file, { ...file, name: 'b', checksum: 5 }), 'tar', { mode: 'collect' });
    expect(codes(seen)).toEqual(['refuse invalid-checksum']);
    expect(seen.summary.complete).toBe(false);
  });

  it('escapes control characters and bounds the length of a shown path', async () => {
    const seen = await read(tar({ name: `a\u001b[2J\u202e${'x'.repeat(80)}` }), 'tar', { mode: 'collect' });
    expect(seen.summary.findings[0]?.path).toContain('a\\u{1b}[2J\\u{202e}');
  });
});
