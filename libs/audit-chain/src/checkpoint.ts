import { parseNoteKey } from './note-key.js';
import type { NoteSigner } from './signed-note.js';
import { openNote, signNote } from './signed-note.js';

/** How many entries a chain had at a time, and the root of the tree over them. */
export interface Checkpoint {
  readonly chain: string;
  readonly size: number;
  readonly rootHash: Buffer;
  /** ISO 8601. */
  readonly time: string;
}

const origin = 'waybill-audit';

/**
 * A checkpoint as a signed note (C2SP tlog-checkpoint and signed-note): origin, size, base64 of the root, our time, a blank
 * line, and the signature. `name` is that of the key.
 */
export function signCheckpoint(checkpoint: Checkpoint, key: NoteSigner): string {
  return signNote(bodyOf(checkpoint), key);
}

/**
 * What a note says, and the key that it is signed with, one of `publicKeys` (`name+hash+key`), and its name. Undefined for a
 * note that is none, or signed by none of them.
 */
export function openCheckpoint(
  note: string,
  publicKeys: readonly string[],
): { readonly checkpoint: Checkpoint; readonly signedBy: string; readonly key: string } | undefined {
  const opened = openNote(note, publicKeys);
  if (opened === undefined) return undefined;
  const { body, signedBy: key } = opened;
  const checkpoint = parseBody(body);
  const name = parseNoteKey(key)?.name;
  // A note that we would write in another way was not signed by us.
  if (checkpoint === undefined || name === undefined || bodyOf(checkpoint) !== body) return undefined;
  return { checkpoint, signedBy: name, key };
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
