import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tempDir } from '@waybill/testing';
import { describe, expect, it } from 'vitest';
import { identityOf } from './certificate-identity.js';
import { readBundle } from './read-bundle.js';
import { publicGoodTrustSource } from './trust-source.js';
import { verifySignature } from './verify-signature.js';

/** Signed by a person at sigstore.dev in 2023; from the tests of sigstore-js (tests/bundles/bundleV03-dsse.sigstore, Apache-2.0). */
const file = join(import.meta.dirname, '../test/fixtures/public-good-bundle.json');

describe('the Sigstore of everybody', () => {
  it('is trusted without the network, by what comes with the library', async () => {
    await using directory = await tempDir();
    const root = await publicGoodTrustSource(directory.path).read();
    const read = readBundle(await readFile(file));
    const { signedAt, logIndex } = verifySignature(read, [root]);
    expect(signedAt.toISOString()).toBe('2023-07-12T15:50:43.000Z');
    expect(logIndex).toMatch(/^\d+$/);
    const identity = identityOf(read.certificate);
    expect(identity.issuer).toBe('https://github.com/login/oauth');
    expect(identity.identity).toContain('@');
    // A person has no repository, so no token of a workflow could publish what they signed.
    expect(identity).not.toHaveProperty('repositoryUrl');
  });

  it('is not taken for having signed what was changed since', async () => {
    await using directory = await tempDir();
    const root = await publicGoodTrustSource(directory.path).read();
    const text = await readFile(file, 'utf8');
    const later = text.replace('"integratedTime": "1689177043"', '"integratedTime": "1689177044"');
    expect(later).not.toBe(text);
    expect(() => verifySignature(readBundle(Buffer.from(later)), [root])).toThrow(
      /not proven to be in a transparency log/,
    );
  });
});
