import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

/** One entry of `dist.signatures`: by which key, and base64 of the DER form of an ECDSA signature. */
export interface ReleaseSignature {
  readonly keyid: string;
  readonly sig: string;
}

/** What is signed: npm's registry signatures cover these three and nothing else. */
export interface SignedFacts {
  readonly name: string;
  readonly version: string;
  /** `dist.integrity`, as the packument says it. */
  readonly integrity: string;
}

/** The only kind that npm's clients know. */
export const keyType = 'ecdsa-sha2-nistp256';

const pointBytes = 65;

export interface NewSigningKey {
  readonly keyid: string;
  /** SubjectPublicKeyInfo in DER. */
  readonly publicKey: Buffer;
  /** PKCS #8 in DER. */
  readonly privateKey: Buffer;
}

export function generateSigningKey(): NewSigningKey {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  return { keyid: keyidOf(spki), publicKey: spki, privateKey: privateKey.export({ type: 'pkcs8', format: 'der' }) };
}

/**
 * As npm names its keys: the fingerprint that OpenSSH gives to the same point, `SHA256:` and the unpadded base64 of the
 * sha256 of its SSH form (RFC 5656 §3.1).
 */
export function keyidOf(spki: Buffer): string {
  // The SPKI of a P-256 key ends with its point, uncompressed.
  const blob = [keyType, 'nistp256', spki.subarray(-pointBytes)].map(sshString);
  const hash = createHash('sha256').update(Buffer.concat(blob)).digest('base64');
  return `SHA256:${hash.replace(/=+$/, '')}`;
}

function sshString(value: string | Buffer): Buffer {
  const bytes = Buffer.from(value);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** Takes a PKCS #8 key in DER apart, and says which key it is. */
export function loadSigningKey(privateKey: Buffer): { readonly keyid: string; readonly key: KeyObject } {
  const key = createPrivateKey({ key: privateKey, format: 'der', type: 'pkcs8' });
  return { keyid: keyidOf(createPublicKey(key).export({ type: 'spki', format: 'der' })), key };
}

/** The signature that `npm audit signatures` checks: ECDSA P-256 with SHA-256 over `<name>@<version>:<integrity>`. */
export function signRelease(keyid: string, key: KeyObject, facts: SignedFacts): ReleaseSignature {
  const text = `${facts.name}@${facts.version}:${facts.integrity}`;
  return { keyid, sig: sign('sha256', Buffer.from(text), key).toString('base64') };
}
