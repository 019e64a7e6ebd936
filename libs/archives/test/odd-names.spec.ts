import { describe, expect, it } from 'vitest';
import { codes, read, refusal } from './reading.js';
import { tar } from './tar-builder.js';
import { zip } from '@waybill/testing';

const refused: [string, string, string][] = [
  ['a trailing dot', 'package/package.json.', 'trailing-dot-or-blank'],
  ['a trailing blank', 'package/package.json ', 'trailing-dot-or-blank'],
  ['a folder with a trailing dot', 'package/lib./x.js', 'trailing-dot-or-blank'],
  ['three dots', 'package/.../x.js', 'trailing-dot-or-blank'],
  ['a blank', 'package/ /x.js', 'trailing-dot-or-blank'],
  ['the stream of a file', 'package/index.js::$DATA', 'stream-name'],
  ['the index of a folder', 'package/lib:$INDEX_ALLOCATION/x.js', 'stream-name'],
  ['an empty stream', 'package/index.js:', 'stream-name'],
  ['a drive, deep inside', 'package/a/b/c:evil', 'drive-letter'],
  ['a text turned around', 'package/x\u202Egpj.js', 'misleading-character'],
  ['an isolated text', 'package/\u2066x.js', 'misleading-character'],
  ['a mark of direction', 'package/x\u200F.js', 'misleading-character'],
  ['a blank without width', 'package/package\u200B.json', 'misleading-character'],
  ['a byte order mark', '\uFEFFpackage/package.json', 'misleading-character'],
  ['a tag', 'package/x\u{E0041}.js', 'misleading-character'],
];

const flagged: [string, string, string][] = [
  ['a device', 'package/aux.js', 'device-name'],
  ['a device without an extension', 'package/NUL', 'device-name'],
  ['a device in a folder', 'package/com1/x', 'device-name'],
  ['a colon', 'package/fixtures/std:io.txt', 'not-for-windows'],
  ['a star', 'package/fixtures/*.js', 'not-for-windows'],
  ['joined emoji', 'package/👩‍💻.md', 'invisible-character'],
];

describe('names that take the place of another file on some system (I1, P10)', () => {
  it.each(refused)('are refused in tar archives: %s', async (_what, name, code) => {
    expect(await refusal(tar({ name, content: 'x' }), 'tar')).toBe(code);
  });

  it.each(refused)('are refused in zip archives: %s', async (_what, name, code) => {
    expect(await refusal(zip([{ name, content: 'x' }]), 'zip')).toBe(code);
  });

  it('are passed over when all violations are collected', async () => {
    const seen = await read(tar({ name: 'package/a.', content: 'x' }, { name: 'package/a', content: 'y' }), 'tar', {
      mode: 'collect',
    });
    expect(seen.entries.map((entry) => entry.path)).toEqual(['package/a']);
    expect(codes(seen)).toEqual(['refuse trailing-dot-or-blank']);
  });
});

describe('names that some systems cannot write', () => {
  it.each(flagged)('are flagged, and read: %s', async (_what, name, code) => {
    const seen = await read(tar({ name, content: 'x' }), 'tar');
    expect(seen.entries.map((entry) => entry.path)).toEqual([name]);
    expect(codes(seen)).toEqual([`flag ${code}`]);
  });
});

describe('ordinary names', () => {
  it.each([
    'package/.npmignore',
    'package/..rc',
    'package/a b.js',
    'package/ü/日本.md',
    'package/console.js',
    'package/x❤️.md',
  ])('are read: %s', async (name) => {
    const seen = await read(tar({ name, content: 'x' }), 'tar');
    expect(seen.contents.get(name)).toBe('x');
    expect(codes(seen).filter((code) => code.startsWith('refuse'))).toEqual([]);
  });
});
