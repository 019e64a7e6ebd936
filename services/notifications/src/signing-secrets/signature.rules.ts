import { createHmac, randomBytes } from 'node:crypto';

/** Standard Webhooks, "Signature scheme": 24 to 64 random bytes, base64, with a prefix that scanners for leaks know. */
const prefix = 'whsec_';
const secretBytes = 32;

export function makeSecret(): { readonly key: Buffer; readonly text: string } {
  const key = randomBytes(secretBytes);
  return { key, text: `${prefix}${key.toString('base64')}` };
}

export interface Signed {
  /** The same at every attempt, so that a receiver knows what it has had. */
  readonly id: string;
  /** Of this attempt: a receiver refuses what is old. */
  readonly at: Date;
  readonly body: string;
}

/**
 * The headers of Standard Webhooks (github.com/standard-webhooks/standard-webhooks, spec): HMAC-SHA256 over id, time and
 * body, once under each key, so that a receiver may have either while a secret is rotated.
 */
export function signatureHeaders({ id, at, body }: Signed, keys: readonly Buffer[]): Record<string, string> {
  const timestamp = String(Math.floor(at.getTime() / 1000));
  const signatures = keys.map((key) => {
    const mac = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
    return `v1,${mac}`;
  });
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') };
}
