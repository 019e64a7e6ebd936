import { describe, expect, it } from 'vitest';
import { BinariesCheck } from '../src/checks/binaries.check.js';
import { maxNotesPerCheck } from '../src/checks/check.js';
import { InstallScriptsCheck } from '../src/checks/install-scripts.check.js';
import { NestedArchivesCheck } from '../src/checks/nested-archives.check.js';
import { resultOf, seenFile, sha256Of } from './seen-file.js';

const elf = Buffer.concat([Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]), Buffer.alloc(64)]);

describe('install scripts (P4)', () => {
  it('are a fact with the script, and a flag; prepare, which runs at the publisher, is a fact only', async () => {
    const scripts = { preinstall: 'node a.js', install: '', postinstall: 'node b.js', prepare: 'tsc', test: 'vitest' };
    const { findings, facts } = await resultOf(new InstallScriptsCheck(), {
      'package/package.json': JSON.stringify({ name: 'a', scripts }),
    });
    expect(facts.map(({ value }) => value)).toEqual([
      { hook: 'preinstall', script: 'node a.js' },
      { hook: 'postinstall', script: 'node b.js' },
      { hook: 'prepare', script: 'tsc' },
    ]);
    expect(findings.map(({ rule, code, level }) => `${rule} ${level} ${code}`)).toEqual([
      'P4 flag install-script.present',
      'P4 flag install-script.present',
    ]);
    expect(findings[0]?.message).toContain('preinstall');
    expect(findings[1]?.message).toContain('postinstall');
  });

  it('are also what npm runs for a binding.gyp that stands alone', async () => {
    const { facts } = await resultOf(new InstallScriptsCheck(), { 'package/binding.gyp': '{}' });
    expect(facts.map(({ value }) => value)).toEqual([{ hook: 'install', script: 'node-gyp rebuild' }]);
  });

  it('are not looked for below the top, where nobody installs them', async () => {
    const json = JSON.stringify({ scripts: { postinstall: 'node b.js' } });
    const files = { 'package/node_modules/b/package.json': json, 'package/fixtures/package.json': json };
    expect(await resultOf(new InstallScriptsCheck(), files)).toEqual({ findings: [], facts: [] });
  });

  it.each(['{', 'null', '[]', '"text"', '{"scripts":null}', '{"scripts":"x"}', '{"scripts":{"install":1}}'])(
    'are none in a package.json that is %s',
    async (json) => {
      expect(await resultOf(new InstallScriptsCheck(), { 'package/package.json': json })).toEqual({
        findings: [],
        facts: [],
      });
    },
  );

  it('are kept in part when they are long', async () => {
    const scripts = { install: 'x'.repeat(100_000) };
    const { facts } = await resultOf(new InstallScriptsCheck(), {
      'package/package.json': JSON.stringify({ scripts }),
    });
    expect(String(facts[0]?.value['script']).length).toBeLessThan(3000);
  });
});

describe('compiled code (P12)', () => {
  it('is a fact with size, hash and permission to run, so that the next release can be compared', async () => {
    const check = new BinariesCheck();
    check.visit(await seenFile('package/bin/tool', elf, true));
    const { findings, facts } = check.finish();
    const value = { format: 'elf', sizeBytes: elf.length, sha256: sha256Of(elf), executable: true };
    expect(facts).toEqual([{ check: 'binaries', path: 'package/bin/tool', value }]);
    expect(findings.map(({ rule, level, code }) => ({ rule, level, code }))).toEqual([
      { rule: 'P12', level: 'flag', code: 'binary.present' },
    ]);
  });

  it.each([
    ['mach-o', 'a.node', Buffer.from([0xcf, 0xfa, 0xed, 0xfe, 7])],
    ['mach-o-fat', 'a.dylib', Buffer.from([0xca, 0xfe, 0xba, 0xbe, 0])],
    ['java-class', 'A.class', Buffer.from([0xca, 0xfe, 0xba, 0xbe, 0])],
    ['wasm', 'a.wasm', Buffer.from([0, 0x61, 0x73, 0x6d, 1])],
    ['archive', 'a.a', Buffer.from('!<arch>\n')],
    ['python-bytecode', 'a.pyc', Buffer.from([0xa7, 0x0d])],
    ['pe', 'a.exe', windowsProgram()],
  ])('is recognised by its bytes, not by its name: %s', async (format, name, bytes) => {
    const { facts } = await resultOf(new BinariesCheck(), { [`package/${name}`]: bytes });
    expect(facts.map(({ value }) => value['format'])).toEqual([format]);
  });

  it.each([
    [
      'a text that starts with MZ',
      Buffer.from('MZ is the beginning of a sentence that is longer than sixty-four bytes are.'),
    ],
    ['an empty file', Buffer.alloc(0)],
    ['a picture', Buffer.from([0x89, 0x50, 0x4e, 0x47])],
  ])('is not: %s', async (_what, bytes) => {
    expect((await resultOf(new BinariesCheck(), { 'package/file': bytes })).facts).toEqual([]);
  });

  it('is counted up to a bound', async () => {
    const check = new BinariesCheck();
    const file = await seenFile('package/a', elf);
    for (let index = 0; index < maxNotesPerCheck + 5; index += 1) check.visit(file);
    expect(check.finish().facts).toHaveLength(maxNotesPerCheck);
  });
});

describe('archives in the package (P12)', () => {
  it.each([
    ['zip', Buffer.from([0x50, 0x4b, 3, 4, 0])],
    ['gzip', Buffer.from([0x1f, 0x8b, 8, 0])],
    ['zstd', Buffer.from([0x28, 0xb5, 0x2f, 0xfd])],
    ['xz', Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0])],
    ['bzip2', Buffer.from('BZh91AY')],
    ['tar', Buffer.concat([Buffer.alloc(257), Buffer.from('ustar\0')])],
  ])('are facts, and are not unpacked: %s', async (format, bytes) => {
    const result = await resultOf(new NestedArchivesCheck(), { 'package/vendor.bin': bytes });
    const value = { format, sizeBytes: bytes.length, sha256: sha256Of(bytes) };
    expect(result).toEqual({
      findings: [],
      facts: [{ check: 'nested-archive', path: 'package/vendor.bin', value }],
    });
  });
});

function windowsProgram(): Buffer {
  const bytes = Buffer.alloc(256);
  bytes.write('MZ', 0, 'latin1');
  bytes.writeUInt32LE(0x80, 0x3c);
  bytes.write('PE\0\0', 0x80, 'latin1');
  return bytes;
}
