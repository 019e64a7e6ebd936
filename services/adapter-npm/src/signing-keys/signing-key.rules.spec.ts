import { createPublicKey, verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { generateSigningKey, keyidOf, loadSigningKey, signRelease } from './signing-key.rules.js';

describe('a signing key', () => {
  // From https://registry.npmjs.org/-/npm/v1/keys.
  it.each([
    [
      'SHA256:jl3bwswu80PjjokCgh0o2w5c2U4LhQAE57gj9cz1kzA',
      'MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE1Olb3zMAFFxXKHiIkQO5cJ3Yhl5i6UPp+IhuteBJbuHcA5UogKo0EWtlWwW6KSaKoTNEYL7JlCQiVnkhBktUgg==',
    ],
    [
      'SHA256:DhQ8wR5APBvFHLF/+Tc+AYvPOdTpcIDqOhxsBHRwC7U',
      'MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEY6Ya7W++7aUPzvMTrezH6Ycx3c+HOKYCcNGybJZSCJq/fd7Qa8uuAKtdIkUQtQiEKERhAmE5lMMJhP8OkDOa2g==',
    ],
  ])('is named as npm names its own: %s', (keyid, npm) => {
    expect(keyidOf(Buffer.from(npm, 'base64'))).toBe(keyid);
  });

  it('signs what npm’s clients verify: ECDSA P-256 over name@version:integrity, in DER', () => {
    const made = generateSigningKey();
    const { keyid, key } = loadSigningKey(made.privateKey);
    const facts = { name: '@acme/a', version: '1.0.0', integrity: 'sha512-AAAA' };
    const signature = signRelease(keyid, key, facts);
    expect(signature.keyid).toBe(made.keyid);
    const publicKey = createPublicKey({ key: made.publicKey, format: 'der', type: 'spki' });
    const verifies = (text: string) =>
      verify('sha256', Buffer.from(text), publicKey, Buffer.from(signature.sig, 'base64'));
    expect(verifies('@acme/a@1.0.0:sha512-AAAA')).toBe(true);
    expect(verifies('@acme/a@1.0.1:sha512-AAAA')).toBe(false);
  });
});
