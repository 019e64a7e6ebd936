import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { DomainError } from '@waybill/domain';
import type { Secret } from './secret.js';

const minSecretCharacters = 32;
const algorithm = 'aes-256-gcm';
const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;

/**
 * Seals what a database keeps and must not give away, such as private keys: `nonce ‖ tag ‖ ciphertext`, AES-256-GCM under a
 * key derived from a configured secret, bound to the name of the sealed thing so that rows cannot be swapped.
 */
export class SecretSeal {
  readonly #key: Buffer;
  readonly #variable: string;

  /**
   * `variable`: the setting that the secret is from. `purpose`: what is sealed is good for it alone; another one derives
   * another key from the same secret (RFC 5869 §3.2). Errors: `invalid` `config.invalid` for a secret that is too short.
   */
  constructor({ secret, variable, purpose }: { secret: Secret; variable: string; purpose: string }) {
    if (secret.reveal().length < minSecretCharacters) {
      const message = `${variable} has fewer than ${minSecretCharacters} characters.`;
      throw new DomainError('invalid', 'config.invalid', message);
    }
    this.#variable = variable;
    this.#key = Buffer.from(hkdfSync('sha256', secret.reveal(), '', purpose, keyBytes));
  }

  seal(name: string, plain: Buffer): Buffer {
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv(algorithm, this.#key, nonce).setAAD(Buffer.from(name));
    const sealed = Buffer.concat([cipher.update(plain), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), sealed]);
  }

  /** Errors: `internal` `secret.sealed` when the secret is another one or the row was tampered with. */
  open(name: string, sealed: Buffer): Buffer {
    const nonce = sealed.subarray(0, nonceBytes);
    const tag = sealed.subarray(nonceBytes, nonceBytes + tagBytes);
    try {
      const decipher = createDecipheriv(algorithm, this.#key, nonce, { authTagLength: tagBytes });
      decipher.setAAD(Buffer.from(name)).setAuthTag(tag);
      return Buffer.concat([decipher.update(sealed.subarray(nonceBytes + tagBytes)), decipher.final()]);
    } catch (error) {
      const message = `${name} cannot be opened: ${this.#variable} is not the secret that it was sealed with.`;
      throw new DomainError('internal', 'secret.sealed', message, { cause: error });
    }
  }
}
