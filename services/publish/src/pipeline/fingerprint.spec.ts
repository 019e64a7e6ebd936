import type { Artifact } from '@waybill/contracts';
import type { Digest } from '@waybill/domain';
import { describe, expect, it } from 'vitest';
import { fingerprintOf } from './fingerprint.js';

function file(filename: string, change: Partial<Artifact> = {}): Artifact {
  const sha256 = `sha256:${'a'.repeat(64)}` as Digest;
  return { filename, role: 'tarball', mediaType: 'application/gzip', sizeBytes: 1, digests: { sha256 }, ...change };
}

describe('the fingerprint of a release', () => {
  it('does not depend on the order in which its files were sent', () => {
    expect(fingerprintOf([file('a'), file('b')])).toBe(fingerprintOf([file('b'), file('a')]));
  });

  it('does not depend on what else is known of a file: its media type, its further digests', () => {
    const sha512 = `sha512:${'b'.repeat(128)}` as Digest;
    const known = file('a', { mediaType: 'text/plain', digests: { ...file('a').digests, sha512 } });
    expect(fingerprintOf([known])).toBe(fingerprintOf([file('a')]));
  });

  it('is another one for other bytes, another name, another role, or one more or less of the files (I8)', () => {
    const other = { sha256: `sha256:${'c'.repeat(64)}` as Digest };
    const all = [
      [file('a')],
      [file('a', { digests: other })],
      [file('b')],
      [file('a', { role: 'signature' })],
      [file('a'), file('b')],
      [],
    ].map(fingerprintOf);
    expect(new Set(all).size).toBe(all.length);
  });
});
