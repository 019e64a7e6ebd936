import { z } from 'zod';
import type { SigningKeyEntity } from './signing-key.entity.js';

/** One entry of `GET /-/npm/v1/keys`, as npm's clients read it. */
export const publicKeyView = z.object({
  expires: z.iso.datetime().nullable(),
  keyid: z.string(),
  keytype: z.string(),
  scheme: z.string(),
  key: z.string().describe('SubjectPublicKeyInfo in DER, base64.'),
});
export type PublicKeyView = z.infer<typeof publicKeyView>;

export function publicKeyViewOf(key: SigningKeyEntity): PublicKeyView {
  return {
    expires: key.expiresAt?.toISOString() ?? null,
    keyid: key.keyid,
    keytype: key.keyType,
    scheme: key.keyType,
    key: key.publicKey.toString('base64'),
  };
}
