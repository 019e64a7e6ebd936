import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readArchive, readEntries } from '../src/index.js';
import { tar, tarMember } from './tar-builder.js';
import { codes, read, refusal, streamOf } from './reading.js';

const archive = tar(
  { name: 'package/package.json', content: '{"name":"demo"}' },
  { name: 'package/x', content: 'x'.repeat(90_000) },
);
const gz = gzipSync(archive);
const zst = zstdCompressSync(archive);

describe('gzip and zstd', () => {
  it.each([
    ['tar.gz', gz],
    ['tar.zst', zst],
  ] as const)('reads %s in pieces of any size', async (format, bytes) => {
    for (const pieceBytes of [1, 7, 4096, bytes.length]) {
      const result = await readEntries(streamOf(bytes, pieceBytes), format, (path) => path.endsWith('.json'), {
        maxBytesEach: 1000,
      });
      expect(result.files.get('package/package.json')?.toString()).toBe('{"name":"demo"}');
      expect(result.summary).toMatchObject({
        entries: 2,
        compressedBytes: bytes.length,
        unpackedBytes: archive.length,
      });
    }
  });

  it('reads a gzip header with name, comment and extra field', async () => {
    const header = Buffer.from([0x1f, 0x8b, 8, 0x1c, 0, 0, 0, 0, 0, 3, 2, 0, 1, 2, 0x61, 0, 0x62, 0]);
    await expect(refusal(Buffer.concat([header, gz.subarray(10)]), 'tar.gz')).resolves.toBe('read');
  });

  it.each([
    ['a second gzip member (I2)', 'gzip-several-members', Buffer.concat([gz, gzipSync('more')])],
    ['an empty second gzip member (I2)', 'gzip-several-members', Buffer.concat([gz, gzipSync('')])],
    ['data after the gzip stream (I2)', 'trailing-data', Buffer.concat([gz, Buffer.from('more')])],
    ['a truncated gzip stream', 'truncated', gz.subarray(0, gz.length - 200)],
    ['a missing gzip trailer', 'truncated', gz.subarray(0, gz.length - 3)],
    ['a wrong gzip checksum', 'corrupt-compression', Buffer.concat([gz.subarray(0, -8), Buffer.alloc(8)])],
    ['something else than gzip', 'not-gzip', archive],
    ['reserved gzip flags', 'gzip-header', Buffer.concat([Buffer.from([0x1f, 0x8b, 8, 0xe0]), gz.subarray(4)])],
    ['corrupt deflate data', 'corrupt-compression', Buffer.concat([gz.subarray(0, 10), Buffer.alloc(50, 0xff)])],
  ])('refuses %s', async (_name, code, bytes) => {
    await expect(refusal(bytes, 'tar.gz')).resolves.toBe(code);
  });

  it('finds a second gzip member wherever the pieces of the stream are cut (I2)', async () => {
    const two = Buffer.concat([gz, gzipSync(archive)]);
    for (const pieceBytes of [1, gz.length, 512]) {
      const reading = readArchive(streamOf(two, pieceBytes), 'tar.gz', { onEntry: () => undefined });
      await expect(reading).rejects.toMatchObject({ code: 'archive.gzip-several-members' });
    }
  });

  it('flags zeros after the gzip stream', async () => {
    expect(codes(await read(Buffer.concat([gz, Buffer.alloc(100)]), 'tar.gz'))).toEqual(['flag gzip-padding']);
  });

  it('flags a compressed tar without end marker, which its checksum proves to be whole', async () => {
    expect(codes(await read(gzipSync(tarMember({ content: 'x' })), 'tar.gz'))).toEqual(['flag no-end-marker']);
  });

  it.each([
    ['a second zstd frame', 'trailing-data', Buffer.concat([zst, zst])],
    ['a skippable zstd frame', 'not-zstd', Buffer.concat([Buffer.from([0x50, 0x2a, 0x4d, 0x18, 0, 0, 0, 0]), zst])],
    ['a truncated zstd frame', 'truncated', zst.subarray(0, -5)],
    ['something else than zstd', 'not-zstd', gz],
  ])('refuses %s (I2)', async (_name, code, bytes) => {
    await expect(refusal(bytes, 'tar.zst')).resolves.toBe(code);
  });
});
