import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import type { RandomAccessSource } from '@waybill/archives';
import { BudgetMeter, defaultArchiveBudget } from '@waybill/archives';
import { DomainError, hashToken, newTokenText } from '@waybill/domain';
import { describe, expect, it } from 'vitest';
import type { ArtifactScan } from '../src/artifacts/scan-artifact.js';
import { formatOf, scanArtifact } from '../src/artifacts/scan-artifact.js';
import { tarballWith, tarOf } from './tar-members.js';

const mebibyte = 1024 * 1024;

function sourceOf(bytes: Buffer): RandomAccessSource {
  return { size: bytes.length, openRange: (start, end) => Readable.from([bytes.subarray(start, end)]) };
}

async function scan(bytes: Buffer, budget = {}, filename = 'a-1.0.0.tgz'): Promise<ArtifactScan> {
  return scanArtifact(filename, sourceOf(bytes), { ...defaultArchiveBudget, ...budget });
}

function refusals(result: ArtifactScan): string[] {
  return result.findings.filter(({ level }) => level === 'refuse').map(({ code }) => code);
}

describe('the scan of an artifact', () => {
  it('finds nothing in a clean package, and has looked to its end', async () => {
    const bytes = await tarballWith({ name: 'package/index.js', content: 'export const one = 1;\n' });
    expect(await scan(bytes)).toEqual({ completed: true, findings: [], facts: [], leakedTokenHashes: [] });
  });

  it('runs every check over every file, in one pass', async () => {
    const token = newTokenText();
    const bytes = await tarballWith(
      { name: 'package/binding.gyp', content: '{}' },
      { name: 'package/a.wasm', content: Buffer.from([0, 0x61, 0x73, 0x6d, 1]) },
      { name: 'package/lib/hidden.js', content: String.fromCodePoint(0x200b).repeat(30) },
      { name: 'package/vendor.zip', content: Buffer.from([0x50, 0x4b, 3, 4]) },
      { name: 'package/.npmrc', content: token },
    );
    const result = await scan(bytes);
    expect(result.completed).toBe(true);
    expect(result.findings.map(({ code }) => code).toSorted()).toEqual([
      'binary.present',
      'install-script.present',
      'secret.waybill-token',
      'unicode.invisible-run',
    ]);
    expect(result.facts.map(({ check }) => check).toSorted()).toEqual([
      'binaries',
      'hidden-unicode',
      'install-scripts',
      'nested-archive',
    ]);
    expect(result.leakedTokenHashes).toEqual([hashToken(token)]);
  });

  it.each([
    ['a path out of the package', { name: 'package/../../etc/passwd', content: 'x' }],
    ['an absolute path', { name: '/etc/passwd', content: 'x' }],
    ['a symlink out of the package', { name: 'package/link', type: 'symlink', linkname: '../../etc/passwd' }],
    ['a hardlink out of the package', { name: 'package/link', type: 'link', linkname: '../../etc/passwd' }],
    ['a device', { name: 'package/null', type: 'character-device' }],
    ['a FIFO', { name: 'package/pipe', type: 'fifo' }],
  ] as const)('refuses %s (P10, I2)', async (_what, member) => {
    const result = await scan(await tarballWith(member));
    expect(refusals(result)).toEqual([expect.stringMatching(/^archive\./)]);
    expect(result.completed).toBe(true);
  });

  it('goes on after a member that it refuses, so that every reason is told (P10)', async () => {
    const result = await scan(
      await tarballWith({ name: '../out.js', content: 'x' }, { name: 'package/a.wasm', content: '\0asm' }),
    );
    expect(result.findings.map(({ level }) => level)).toEqual(['refuse', 'flag']);
  });

  it('refuses a bomb by its ratio, without unpacking all of it (P10, I3)', async () => {
    const bytes = await tarballWith({ name: 'package/zeros', content: Buffer.alloc(96 * mebibyte) });
    expect(refusals(await scan(bytes))).toEqual([expect.stringMatching(/^archive\..*-exceeded$/)]);
  });

  it.each([
    ['bytes', { maxUnpackedBytes: 64 * 1024 }],
    ['entries', { maxEntries: 2 }],
    ['bytes of one member', { maxEntryBytes: 1024 }],
  ])('refuses what exceeds the budget of %s (P10, I3)', async (_what, budget) => {
    const files = Array.from({ length: 4 }, (_, index) => ({ name: `package/${index}`, content: 'x'.repeat(30_000) }));
    const result = await scan(await tarballWith(...files), budget);
    expect(refusals(result)).toEqual([expect.stringMatching(/^archive\..*-exceeded$/)]);
  });

  it('counts all artifacts of a release against one budget (I3)', async () => {
    const bytes = await tarballWith({ name: 'package/a', content: 'x'.repeat(100_000) });
    const meter = new BudgetMeter({ ...defaultArchiveBudget, maxUnpackedBytes: 180_000 });
    expect(refusals(await scanArtifact('a.tgz', sourceOf(bytes), meter))).toEqual([]);
    expect(refusals(await scanArtifact('b.tgz', sourceOf(bytes), meter))).toHaveLength(1);
  });

  it('refuses a gzip stream that is cut off, or followed by something (P10)', async () => {
    const bytes = await tarballWith({ name: 'package/index.js', content: 'export {};'.repeat(500) });
    expect(refusals(await scan(bytes.subarray(0, bytes.length - 20)))).toHaveLength(1);
    expect(refusals(await scan(Buffer.concat([bytes, gzipSync('second')])))).toHaveLength(1);
    expect(refusals(await scan(Buffer.from('no archive at all')))).toHaveLength(1);
  });

  it('keeps what it found before the archive broke off: a token of ours is revoked all the same', async () => {
    const token = newTokenText();
    const archive = await tarOf([
      { name: 'package/.npmrc', content: token },
      { name: 'package/last', content: 'x'.repeat(9000) },
    ]);
    const result = await scan(archive.subarray(0, 4096), {}, 'a.tar');
    expect(refusals(result)).toHaveLength(1);
    expect(result.leakedTokenHashes).toEqual([hashToken(token)]);
  });

  it('is not complete when time runs out, which is no fault of the package (I9)', async () => {
    const bytes = await tarballWith({ name: 'package/index.js', content: 'x' });
    const result = await scan(bytes, { deadlineMs: 0 });
    expect(result).toMatchObject({ completed: false, findings: [], retryable: false });
    expect(result.failure).toContain('Error');
  });

  it('is not complete, and worth another try, when the store does not work (I9)', async () => {
    const outage = new DomainError('unavailable', 'store.unreachable', 'The store cannot be reached.');
    const source = { size: 1000, openRange: () => new Readable({ read: () => undefined }).destroy(outage) };
    const result = await scanArtifact('a.tgz', source, defaultArchiveBudget);
    expect(result).toMatchObject({ completed: false, retryable: true });
  });

  it('says why it is not complete in a text that a database can store (I9)', async () => {
    const source = { size: 10, openRange: () => new Readable({ read: () => undefined }).destroy(new Error('a\0b')) };
    const { completed, failure } = await scanArtifact('a.txt', source, defaultArchiveBudget);
    expect({ completed, failure }).toEqual({ completed: false, failure: 'Error: a\ufffdb' });
  });

  it('is not complete when the bytes that it is given end early, whatever the archive says (I9)', async () => {
    const failing = Object.assign(new Error('read failed'), { code: 'EIO' });
    const source = { size: 1000, openRange: () => new Readable({ read: () => undefined }).destroy(failing) };
    expect((await scanArtifact('a.tgz', source, defaultArchiveBudget)).completed).toBe(false);
  });

  it('has findings that a database can store, whatever names a package chooses', async () => {
    const bytes = await tarballWith({ name: `package/${String.fromCodePoint(0xe9)}\ud800.wasm`, content: '\0asm' });
    const { findings } = await scan(bytes);
    expect(JSON.stringify(findings).isWellFormed()).toBe(true);
    expect(JSON.stringify(findings)).not.toContain('\\u0000');
  });

  it('looks at a file that is no archive as one file', async () => {
    const token = newTokenText();
    const result = await scan(Buffer.from(`key: ${token}`), {}, 'Chart.yaml');
    expect(result.findings.map(({ path, code }) => `${String(path)} ${code}`)).toEqual([
      'Chart.yaml secret.waybill-token',
    ]);
  });

  it.each([
    ['a-1.0.0.tgz', 'tar.gz'],
    ['A-1.0.0.TAR.GZ', 'tar.gz'],
    ['serde-1.0.0.crate', 'tar.gz'],
    ['rails-8.0.0.gem', 'tar'],
    ['a.tar.zst', 'tar.zst'],
    ['a-1.0-py3-none-any.whl', 'zip'],
    ['a.nupkg', 'zip'],
    ['a.jar', 'zip'],
    ['Chart.yaml', undefined],
    ['tgz', undefined],
  ])('knows the container of %s by its name: %s', (filename, format) => {
    expect(formatOf(filename)).toBe(format);
  });
});
