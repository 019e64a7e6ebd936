import { createHmac, KeyObject, sign } from 'node:crypto';
import type { CiSigningKey } from './signing-key.js';

/** A part of a token as text: whatever is written there, well-formed or not. */
export function part(content: unknown): string {
  return Buffer.from(typeof content === 'string' ? content : JSON.stringify(content)).toString('base64url');
}

/** Signs what no library would sign, with the key of an issuer: any header, any payload. */
export function signRaw(header: unknown, payload: unknown, key: CiSigningKey): string {
  const content = `${part(header)}.${part(payload)}`;
  return `${content}.${signatureOf(content, key).toString('base64url')}`;
}

/** Signs with a shared secret. */
export function signWithSecret(header: unknown, payload: unknown, secret: string): string {
  const content = `${part(header)}.${part(payload)}`;
  return `${content}.${createHmac('sha256', secret).update(content).digest('base64url')}`;
}

function signatureOf(content: string, { algorithm, privateKey }: CiSigningKey): Buffer {
  const key = KeyObject.from(privateKey);
  const data = Buffer.from(content);
  if (algorithm === 'EdDSA') return sign(null, data, key);
  return algorithm === 'ES256' ? sign('sha256', data, { key, dsaEncoding: 'ieee-p1363' }) : sign('sha256', data, key);
}
