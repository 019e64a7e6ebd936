import { createPublicKey, verify } from 'node:crypto';
import { Secret } from '@waybill/config';
import { describe, expect, it } from 'vitest';
import { KeySeal } from './key-seal.js';
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

describe('the seal of a private key (W6)', () => {
  const seal = new KeySeal(new Secret('a secret of at least 32 characters'));
  const privateKey = Buffer.from('a private key');

  it('opens with the same secret for the same key only', () => {
    const sealed = seal.seal('SHA256:a', privateKey);
    expect(sealed.includes(privateKey)).toBe(false);
    expect(seal.open('SHA256:a', sealed)).toEqual(privateKey);
    expect(() => seal.open('SHA256:b', sealed)).toThrow(/WAYBILL_NPM_KEY_SECRET/);
    const other = new KeySeal(new Secret('another secret of at least 32 characters'));
    expect(() => other.open('SHA256:a', sealed)).toThrow(/WAYBILL_NPM_KEY_SECRET/);
  });

  it('notices every changed bit', () => {
    const sealed = seal.seal('SHA256:a', privateKey);
    for (const [index, byte] of sealed.entries()) {
      const changed = Buffer.from(sealed);
      changed[index] = byte ^ 1;
      expect(() => seal.open('SHA256:a', changed)).toThrow(/cannot be opened/);
    }
  });

  it('needs a secret that cannot be guessed', () => {
    expect(() => new KeySeal(new Secret('too short'))).toThrow(/fewer than 32/);
  });
});
