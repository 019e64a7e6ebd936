import { createPublicKey, sign, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { keyIdOf, parseNoteKey, rawOf } from './note-key.js';

const maxNoteLength = 4000;
const maxSignatures = 10;
const signatureBytes = 64;

export interface NoteSigner {
  readonly name: string;
  readonly privateKey: KeyObject;
}

/** A note (C2SP signed-note): the body, which ends with a line feed, a blank line, and the signature. */
export function signNote(body: string, { name, privateKey }: NoteSigner): string {
  const id = keyIdOf(name, rawOf(createPublicKey(privateKey)));
  const signature = sign(null, Buffer.from(body), privateKey);
  return `${body}\n— ${name} ${Buffer.concat([id, signature]).toString('base64')}\n`;
}

/**
 * The body of a note, and which of `publicKeys` (`name+hash+key`) it is signed with. Undefined for a text that is no note, or
 * has a signature by none of them.
 */
export function openNote(
  note: string,
  publicKeys: readonly string[],
): { readonly body: string; readonly signedBy: string } | undefined {
  const split = note.lastIndexOf('\n\n');
  if (note.length > maxNoteLength || split < 0 || !note.endsWith('\n')) return undefined;
  const body = note.slice(0, split + 1);
  const lines = note.slice(split + 2, -1).split('\n');
  if (lines.length > maxSignatures) return undefined;
  const signedBy = lines.map((line) => signerOf(line, body, publicKeys));
  // All of them: a line that nobody can check could be changed unseen.
  const [first] = signedBy;
  return first === undefined || signedBy.includes(undefined) ? undefined : { body, signedBy: first };
}

function signerOf(line: string, body: string, publicKeys: readonly string[]): string | undefined {
  const match = /^— (\S{1,200}) ([A-Za-z0-9+/]+={0,2})$/.exec(line);
  const [, name, encoded = ''] = match ?? [];
  const bytes = Buffer.from(encoded, 'base64');
  if (bytes.length !== signatureBytes + 4 || bytes.toString('base64') !== encoded) return undefined;
  return publicKeys.find((text) => {
    const key = parseNoteKey(text);
    if (key?.name !== name || !key?.id.equals(bytes.subarray(0, 4))) return false;
    return verify(null, Buffer.from(body), key.publicKey, bytes.subarray(4));
  });
}
