import { createPublicKey, sign, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { NoteKey } from './note-key.js';
import { keyIdOf, parseNoteKey, rawOf } from './note-key.js';

/** How many entries a chain had at a time, and the root of the tree over them. */
export interface Checkpoint {
  readonly chain: string;
  readonly size: number;
  readonly rootHash: Buffer;
  /** ISO 8601. */
  readonly time: string;
}

const origin = 'waybill-audit';
const maxNoteLength = 4000;
const maxSignatures = 10;
const signatureBytes = 64;

/**
 * A checkpoint as a signed note (C2SP tlog-checkpoint and signed-note): origin, size, base64 of the root, our time, a blank
 * line, and the signature. `name` is that of the key.
 */
export function signCheckpoint(checkpoint: Checkpoint, key: { readonly name: string; readonly privateKey: KeyObject }) {
  const body = bodyOf(checkpoint);
  const id = keyIdOf(key.name, rawOf(createPublicKey(key.privateKey)));
  const signature = sign(null, Buffer.from(body), key.privateKey);
  return `${body}\n— ${key.name} ${Buffer.concat([id, signature]).toString('base64')}\n`;
}

/**
 * What a note says, and the name of the key that it is signed with: one of `publicKeys` (`name+hash+key`). Undefined for a
 * note that is none, or signed by none of them.
 */
export function openCheckpoint(
  note: string,
  publicKeys: readonly string[],
): { readonly checkpoint: Checkpoint; readonly signedBy: string } | undefined {
  const split = note.lastIndexOf('\n\n');
  if (note.length > maxNoteLength || split < 0 || !note.endsWith('\n')) return undefined;
  const body = note.slice(0, split + 1);
  const checkpoint = parseBody(body);
  // A note that we would write in another way was not signed by us.
  if (checkpoint === undefined || bodyOf(checkpoint) !== body) return undefined;
  const keys = publicKeys.flatMap((text) => parseNoteKey(text) ?? []);
  const lines = note.slice(split + 2, -1).split('\n');
  if (lines.length > maxSignatures) return undefined;
  const signedBy = lines.map((line) => signerOf(line, body, keys));
  // All of them: a line that nobody can check could be changed unseen.
  const [first] = signedBy;
  return first === undefined || signedBy.includes(undefined) ? undefined : { checkpoint, signedBy: first };
}

function signerOf(line: string, body: string, keys: readonly NoteKey[]): string | undefined {
  const match = /^— (\S{1,200}) ([A-Za-z0-9+/]+={0,2})$/.exec(line);
  const [, name, encoded = ''] = match ?? [];
  const bytes = Buffer.from(encoded, 'base64');
  if (bytes.length !== signatureBytes + 4 || bytes.toString('base64') !== encoded) return undefined;
  const key = keys.find((candidate) => candidate.name === name && candidate.id.equals(bytes.subarray(0, 4)));
  if (key === undefined) return undefined;
  return verify(null, Buffer.from(body), key.publicKey, bytes.subarray(4)) ? key.name : undefined;
}

function bodyOf({ chain, size, rootHash, time }: Checkpoint): string {
  return `${origin}/${chain}\n${size}\n${rootHash.toString('base64')}\ntime ${time}\n`;
}

function parseBody(body: string): Checkpoint | undefined {
  const match = /^waybill-audit\/([a-z0-9-]{1,64})\n(\d{1,15})\n([A-Za-z0-9+/]{43}=)\ntime (\S{1,40})\n$/.exec(body);
  const [, chain, size, root, time] = match ?? [];
  if (chain === undefined || size === undefined || root === undefined || time === undefined) return undefined;
  return { chain, size: Number(size), rootHash: Buffer.from(root, 'base64'), time };
}
