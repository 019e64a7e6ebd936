import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import type { Secret } from '@waybill/config';
import { DomainError } from '@waybill/domain';

const minSecretCharacters = 32;
const algorithm = 'aes-256-gcm';
const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;
// A sealed key is good for this one purpose; another one derives another key from the same secret (RFC 5869 §3.2).
const purpose = 'waybill npm signing key v1';

/**
 * Seals private keys for the database: `nonce ‖ tag ‖ ciphertext`, AES-256-GCM under a key derived from the configured
 * secret, bound to the name of the sealed key so that rows cannot be swapped.
 */
export class KeySeal {
  readonly #key: Buffer;

  /** Errors: `invalid` `config.invalid` for a secret that is too short. */
  constructor(secret: Secret) {
    if (secret.reveal().length < minSecretCharacters) {
      throw new DomainError(
        'invalid',
        'config.invalid',
        `WAYBILL_NPM_KEY_SECRET has fewer than ${minSecretCharacters} characters.`,
      );
    }
    this.#key = Buffer.from(hkdfSync('sha256', secret.reveal(), '', purpose, keyBytes));
  }

  seal(keyid: string, privateKey: Buffer): Buffer {
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv(algorithm, this.#key, nonce).setAAD(Buffer.from(keyid));
    const sealed = Buffer.concat([cipher.update(privateKey), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), sealed]);
  }

  /** Errors: `internal` `npm.signing-key-sealed` when the secret is another one or the row was tampered with. */
  open(keyid: string, sealed: Buffer): Buffer {
    const nonce = sealed.subarray(0, nonceBytes);
    const tag = sealed.subarray(nonceBytes, nonceBytes + tagBytes);
    try {
      const decipher = createDecipheriv(algorithm, this.#key, nonce, { authTagLength: tagBytes });
      decipher.setAAD(Buffer.from(keyid)).setAuthTag(tag);
      return Buffer.concat([decipher.update(sealed.subarray(nonceBytes + tagBytes)), decipher.final()]);
    } catch (error) {
      throw new DomainError(
        'internal',
        'npm.signing-key-sealed',
        'The signing key cannot be opened: WAYBILL_NPM_KEY_SECRET is not the secret that it was sealed with.',
        { cause: error },
      );
    }
  }
}
