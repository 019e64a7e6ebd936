import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { DomainError } from '@waybill/domain';

/** Keys by the name that the partner gives them. */
export type PartnerKeys = ReadonlyMap<string, KeyObject>;

/**
 * `<identifier>=<base64 of a public key in DER (SPKI)>`, separated by commas: the keys that GitHub publishes at
 * `/meta/public_keys/secret_scanning`. Throws for what is no key of the curve P-256.
 */
export function parsePartnerKeys(text: string): PartnerKeys {
  const entries = text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
  return new Map(
    entries.map((entry) => {
      const at = entry.indexOf('=');
      const key = createPublicKey({ key: Buffer.from(entry.slice(at + 1), 'base64'), format: 'der', type: 'spki' });
      if (at < 1 || key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') throw new Error('not a key of P-256');
      return [entry.slice(0, at), key] as const;
    }),
  );
}

export interface PartnerSignature {
  /** `Github-Public-Key-Identifier`. */
  readonly keyId: unknown;
  /** `Github-Public-Key-Signature`: ECDSA over SHA-256 of the body as it was sent, in base64 of DER. */
  readonly signature: unknown;
}

/** Errors: `unauthenticated` `leak-report.signature` for a body that none of the keys signed. */
export function requirePartnerSignature(keys: PartnerKeys, body: Buffer, { keyId, signature }: PartnerSignature): void {
  const key = typeof keyId === 'string' ? keys.get(keyId) : undefined;
  const isSigned =
    key !== undefined &&
    typeof signature === 'string' &&
    signature.length <= 200 &&
    verify('sha256', body, { key, dsaEncoding: 'der' }, Buffer.from(signature, 'base64'));
  if (!isSigned) {
    throw new DomainError('unauthenticated', 'leak-report.signature', 'This list is not signed by a known partner.');
  }
}
