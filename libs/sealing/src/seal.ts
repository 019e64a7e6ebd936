import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { DomainError } from '@waybill/domain';

/** What a secret must have for a key that is worth something: 32 random characters. */
const minSecretCharacters = 32;
const algorithm = 'aes-256-gcm';
const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;

/**
 * Seals what a service must be able to read again (signing keys, secrets of webhooks) for its database: `nonce ‖ tag ‖
 * ciphertext`, AES-256-GCM under a key that is derived from a secret of the installation for one purpose (RFC 5869 §3.2), and
 * bound to the name of the row, so that rows cannot be swapped (security.md W6).
 */
export class Seal {
  readonly #key: Buffer;

  /**
   * `purpose`: such as `waybill npm signing key v1`; another one gives another key. Errors: `invalid` `config.invalid` for a
   * secret that is too short.
   */
  constructor(secret: string, purpose: string) {
    if (secret.length < minSecretCharacters) {
      const message = `A secret that others are sealed with has at least ${minSecretCharacters} characters.`;
      throw new DomainError('invalid', 'config.invalid', message);
    }
    this.#key = Buffer.from(hkdfSync('sha256', secret, '', purpose, keyBytes));
  }

  seal(name: string, opened: Buffer): Buffer {
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv(algorithm, this.#key, nonce).setAAD(Buffer.from(name));
    const sealed = Buffer.concat([cipher.update(opened), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), sealed]);
  }

  /** Errors: `internal` `seal.broken` when the secret or the name is another one, or the row was tampered with. */
  open(name: string, sealed: Buffer): Buffer {
    const nonce = sealed.subarray(0, nonceBytes);
    const tag = sealed.subarray(nonceBytes, nonceBytes + tagBytes);
    try {
      const decipher = createDecipheriv(algorithm, this.#key, nonce, { authTagLength: tagBytes });
      decipher.setAAD(Buffer.from(name)).setAuthTag(tag);
      return Buffer.concat([decipher.update(sealed.subarray(nonceBytes + tagBytes)), decipher.final()]);
    } catch (error) {
      const message = 'What is sealed cannot be opened: it was sealed with another secret, or changed since.';
      throw new DomainError('internal', 'seal.broken', message, { cause: error });
    }
  }
}
