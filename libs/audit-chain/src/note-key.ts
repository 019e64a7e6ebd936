import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

/** A key that signs notes (C2SP signed-note, type 1: Ed25519). */
export interface NoteKey {
  readonly name: string;
  readonly publicKey: KeyObject;
  /** First four bytes of the key's hash. */
  readonly id: Buffer;
}

const ed25519 = 1;
const rawKeyBytes = 32;
// SubjectPublicKeyInfo of an Ed25519 key (RFC 8410 §4) is this and the 32 bytes of the key.
const spkiPrefix = Buffer.from('302a300506032b6570032100', 'hex');

/** A new key, named after itself. `privateKey` is PKCS #8 in DER. */
export function newNoteKey(origin: string): { readonly name: string; readonly publicText: string; privateKey: Buffer } {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = rawOf(publicKey);
  const name = `${origin}-${createHash('sha256').update(raw).digest('hex').slice(0, 16)}`;
  return { name, publicText: textOf(name, raw), privateKey: privateKey.export({ type: 'pkcs8', format: 'der' }) };
}

export function privateNoteKey(pkcs8: Buffer): KeyObject {
  return createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
}

/** The public key of a private one, under this name, as text. */
export function publicTextOf(name: string, privateKey: KeyObject): string {
  return textOf(name, rawOf(createPublicKey(privateKey)));
}

/** Reads `name+hash+key`, the text form of C2SP signed-note. Undefined for what is none, or not of Ed25519. */
export function parseNoteKey(text: string): NoteKey | undefined {
  const match = /^([^\s+]{1,200})\+([0-9a-f]{8})\+([A-Za-z0-9+/]{44})$/.exec(text.trim());
  const [, name, hash, encoded] = match ?? [];
  if (name === undefined || hash === undefined || encoded === undefined) return undefined;
  const bytes = Buffer.from(encoded, 'base64');
  if (bytes.length !== rawKeyBytes + 1 || bytes[0] !== ed25519) return undefined;
  const raw = bytes.subarray(1);
  const id = keyIdOf(name, raw);
  if (id.toString('hex') !== hash) return undefined;
  return {
    name,
    id,
    publicKey: createPublicKey({ key: Buffer.concat([spkiPrefix, raw]), format: 'der', type: 'spki' }),
  };
}

export function keyIdOf(name: string, raw: Buffer): Buffer {
  return createHash('sha256')
    .update(`${name}\n`)
    .update(Buffer.from([ed25519]))
    .update(raw)
    .digest()
    .subarray(0, 4);
}

export function rawOf(publicKey: KeyObject): Buffer {
  return publicKey.export({ type: 'spki', format: 'der' }).subarray(-rawKeyBytes);
}

function textOf(name: string, raw: Buffer): string {
  const key = Buffer.concat([Buffer.from([ed25519]), raw]).toString('base64');
  return `${name}+${keyIdOf(name, raw).toString('hex')}+${key}`;
}
