import type { SigningKeyEntity } from './signing-key.entity.js';

/** One entry of `GET /-/npm/v1/keys`, as npm's clients read it. */
export interface PublicKeyView {
  readonly expires: string | null;
  readonly keyid: string;
  readonly keytype: string;
  readonly scheme: string;
  /** SubjectPublicKeyInfo in DER, base64. */
  readonly key: string;
}

export function publicKeyViewOf(key: SigningKeyEntity): PublicKeyView {
  return {
    expires: key.expiresAt?.toISOString() ?? null,
    keyid: key.keyid,
    keytype: key.keyType,
    scheme: key.keyType,
    key: key.publicKey.toString('base64'),
  };
}
