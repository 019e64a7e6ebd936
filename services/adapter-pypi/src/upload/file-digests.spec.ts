import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { DigestingStream } from './file-digests.js';
import { assertDigests } from './sent-digests.rules.js';

describe('the digests of a file', () => {
  it('are those of Python: md5, and BLAKE2b of 256 bits (RFC 7693)', async () => {
    const hashing = await DigestingStream.create();
    const passed = await buffer(Readable.from([Buffer.from('a'), Buffer.from('bc')]).pipe(hashing));
    expect(passed.toString()).toBe('abc');
    expect(hashing.digests()).toEqual({
      md5: '900150983cd24fb0d6963f7d28e17f72',
      blake2b256: 'bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319',
    });
  });

  const arrived = { md5: 'a', sha256: 'b', blake2b256: 'c' };

  it('are compared with all that were sent, and with no others', () => {
    expect(() => {
      assertDigests({}, arrived);
      assertDigests({ sha256: 'b' }, arrived);
      assertDigests(arrived, arrived);
    }).not.toThrow();
  });

  it.each(['md5', 'sha256', 'blake2b256'])('are refused where %s is of another file (P9)', (algorithm) => {
    expect(() => {
      assertDigests({ ...arrived, [algorithm]: 'd' }, arrived);
    }).toThrow(expect.objectContaining({ kind: 'invalid', code: 'pypi.digest-mismatch' }));
  });
});
