import { gzipSync } from 'node:zlib';
import { extraField, zip } from '@waybill/testing';
import { describe, expect, it } from 'vitest';
import { codes, read, refusal } from './reading.js';
import { tar } from './tar-builder.js';

const members = [{ name: 'pkg/module.py', content: 'pass' }];
const tarBytes = tar({ content: 'x' }).length;

describe('a file that is two archives (I1)', () => {
  it.each<[string, Buffer]>([
    ['a zip archive', zipWith()],
    ['one with its places counted from the file’s beginning', shifted(tarBytes)],
  ])('is refused as a tar archive that ends with %s', async (_what, bytes) => {
    expect(await refusal(Buffer.concat([tar({ content: 'x' }), bytes]), 'tar')).toBe('two-formats');
  });

  it('is refused as a gzip stream whose trailer is the comment of a zip archive', async () => {
    const packed = gzipSync(tar({ content: zipWith() }), { level: 0 });
    const end = packed.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
    // The stream ends so far behind the end record of the zip archive, whose comment all that becomes.
    const comment = packed.length - end - 22;
    const again = gzipSync(tar({ content: zipWith(comment) }), { level: 0 });
    expect(await refusal(again, 'tar.gz')).toBe('two-formats');
  });

  it('is flagged where readers have to overlook what is behind the zip archive', async () => {
    const bytes = gzipSync(tar({ content: zipWith() }), { level: 0 });
    expect(codes(await read(bytes, 'tar.gz'))).toEqual(['flag zip-at-end']);
  });

  it('is refused as a zip archive whose beginning is a header of tar', async () => {
    expect(await refusal(zipThatStartsLikeTar(), 'zip')).toBe('two-formats');
  });

  it('is not one where the zip archive lies compressed in the tar archive, or only its signature stands there', async () => {
    const inner = zip([{ name: 'a.py', content: 'x'.repeat(5000) }]);
    expect(await refusal(gzipSync(tar({ name: 'package/a.zip', content: inner })), 'tar.gz')).toBe('read');
    expect(await refusal(tar({ content: `PK\x05\x06${'x'.repeat(60)}` }), 'tar')).toBe('read');
  });
});

function zipWith(commentLength = 0): Buffer {
  const bytes = zip(members);
  bytes.writeUInt16LE(commentLength, bytes.length - 2);
  return bytes;
}

function shifted(by: number): Buffer {
  const bytes = zipWith();
  bytes.writeUInt32LE(bytes.readUInt32LE(bytes.length - 6) + by, bytes.length - 6);
  return bytes;
}

/** The local header's extra field reaches over the first 512 bytes and has the checksum of a tar header in its place. */
function zipThatStartsLikeTar(): Buffer {
  const filler = Buffer.alloc(600, 0);
  const bytes = zip([
    { name: 'pkg/module.py', content: 'pass', extra: extraField(0x4444, filler), centralExtra: Buffer.alloc(0) },
  ]);
  const block = bytes.subarray(0, 512);
  block.fill(0x20, 148, 156);
  block.write('00000000004\0', 124, 'latin1');
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return bytes;
}
