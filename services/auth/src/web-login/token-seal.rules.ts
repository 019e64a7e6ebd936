import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import type { TokenText } from '@waybill/domain';
import { isTokenText } from '@waybill/domain';

const algorithm = 'aes-256-gcm';
const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;
// Another key than the sha256 that is stored of the same secret (RFC 5869, 3.2).
const purpose = 'waybill web login token v1';

/**
 * A token's text as only the holder of the poll secret can read it, who got it anyway: `nonce ‖ tag ‖ ciphertext`,
 * AES-256-GCM under a key derived from the secret, which is stored nowhere (security.md W6).
 */
export function sealToken(token: TokenText, pollSecret: TokenText): Buffer {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv(algorithm, keyOf(pollSecret), nonce);
  const sealed = Buffer.concat([cipher.update(token, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]);
}

/** Undefined for another secret, or a row that was tampered with. */
export function openToken(sealed: Buffer, pollSecret: TokenText): TokenText | undefined {
  const nonce = sealed.subarray(0, nonceBytes);
  const tag = sealed.subarray(nonceBytes, nonceBytes + tagBytes);
  try {
    const decipher = createDecipheriv(algorithm, keyOf(pollSecret), nonce, { authTagLength: tagBytes }).setAuthTag(tag);
    const opened = Buffer.concat([decipher.update(sealed.subarray(nonceBytes + tagBytes)), decipher.final()]);
    const text = opened.toString('utf8');
    return isTokenText(text) ? text : undefined;
  } catch {
    return undefined;
  }
}

function keyOf(pollSecret: TokenText): Buffer {
  return Buffer.from(hkdfSync('sha256', pollSecret, '', purpose, keyBytes));
}
