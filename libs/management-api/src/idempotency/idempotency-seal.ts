import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';

const algorithm = 'aes-256-gcm';
const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;

/** What one actor's `Idempotency-Key` is turned into. Only `keyId` and what `mac` and `seal` return is ever stored. */
export interface IdempotencySeal {
  readonly keyId: Buffer;
  /** Tells one request from another, and nothing about either. */
  mac(request: string): Buffer;
  seal(answer: string): Buffer;
  /** Undefined for a row that was tampered with. */
  open(sealed: Buffer): string | undefined;
}

/** Keys for different purposes from one secret (RFC 5869, 3.2), bound to who sent it. */
export function idempotencySeal(actor: string, idempotencyKey: string): IdempotencySeal {
  function keyFor(purpose: string): Buffer {
    return Buffer.from(hkdfSync('sha256', idempotencyKey, actor, `waybill idempotency ${purpose} v1`, keyBytes));
  }
  const keyId = keyFor('id');
  return {
    keyId,
    mac: (request) => createHmac('sha256', keyFor('request')).update(request, 'utf8').digest(),
    seal: (answer) => {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv(algorithm, keyFor('answer'), nonce).setAAD(keyId);
      const sealed = Buffer.concat([cipher.update(answer, 'utf8'), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), sealed]);
    },
    open: (sealed) => {
      const nonce = sealed.subarray(0, nonceBytes);
      const tag = sealed.subarray(nonceBytes, nonceBytes + tagBytes);
      try {
        const decipher = createDecipheriv(algorithm, keyFor('answer'), nonce, { authTagLength: tagBytes });
        decipher.setAAD(keyId).setAuthTag(tag);
        const opened = Buffer.concat([decipher.update(sealed.subarray(nonceBytes + tagBytes)), decipher.final()]);
        return opened.toString('utf8');
      } catch {
        return undefined;
      }
    },
  };
}
