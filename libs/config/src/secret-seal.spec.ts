import { describe, expect, it } from 'vitest';
import { SecretSeal } from './secret-seal.js';
import { Secret } from './secret.js';

function sealOf(secret: string, purpose = 'a test'): SecretSeal {
  return new SecretSeal({ secret: new Secret(secret), variable: 'WAYBILL_TEST_SECRET', purpose });
}

describe('the seal of a private key (W6)', () => {
  const seal = sealOf('a secret of at least 32 characters');
  const privateKey = Buffer.from('a private key');

  it('opens with the same secret for the same key only', () => {
    const sealed = seal.seal('SHA256:a', privateKey);
    expect(sealed.includes(privateKey)).toBe(false);
    expect(seal.open('SHA256:a', sealed)).toEqual(privateKey);
    expect(() => seal.open('SHA256:b', sealed)).toThrow(/WAYBILL_TEST_SECRET/);
    const other = sealOf('another secret of at least 32 characters');
    expect(() => other.open('SHA256:a', sealed)).toThrow(/WAYBILL_TEST_SECRET/);
  });

  it('notices every changed bit', () => {
    const sealed = seal.seal('SHA256:a', privateKey);
    for (const [index, byte] of sealed.entries()) {
      const changed = Buffer.from(sealed);
      changed[index] = byte ^ 1;
      expect(() => seal.open('SHA256:a', changed)).toThrow(/cannot be opened/);
    }
  });

  it('is good for its purpose alone', () => {
    const sealed = seal.seal('SHA256:a', privateKey);
    const other = sealOf('a secret of at least 32 characters', 'another purpose');
    expect(() => other.open('SHA256:a', sealed)).toThrow(/cannot be opened/);
  });

  it('needs a secret that cannot be guessed', () => {
    expect(() => sealOf('too short')).toThrow(/fewer than 32/);
  });
});
