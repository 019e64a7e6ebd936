import { parseNoteKey } from './note-key.js';
import type { NoteSigner } from './signed-note.js';
import { openNote, signNote } from './signed-note.js';

/** A public key (`name+hash+key`), and within which time it signs, as far as that is known. */
export interface KnownKey {
  readonly publicKey: string;
  readonly from?: Date | undefined;
  /** Since when another one signs. */
  readonly until?: Date | undefined;
}

/** That a key signs from a time on, said by the one that signed until then. The first one says it of itself. */
export interface Endorsement {
  readonly publicKey: string;
  /** ISO 8601. */
  readonly time: string;
}

/** Replicas' clocks differ, and a checkpoint may be signed while the key is replaced. */
const skewMilliseconds = 5 * 60_000;

/** As a signed note. Its first line is that of no checkpoint, so that neither is taken for the other. */
export function endorseKey(endorsement: Endorsement, by: NoteSigner): string {
  return signNote(bodyOf(endorsement), by);
}

/** What the note says, and which of `publicKeys` says it; undefined for a note that is none, or by none of them. */
export function openEndorsement(
  note: string,
  publicKeys: readonly string[],
): (Endorsement & { readonly signedBy: string }) | undefined {
  const opened = openNote(note, publicKeys);
  const [, publicKey, time] = /^waybill-audit-key\n(\S{1,300})\ntime (\S{1,40})\n$/.exec(opened?.body ?? '') ?? [];
  if (opened === undefined || publicKey === undefined || time === undefined) return undefined;
  if (parseNoteKey(publicKey) === undefined || new Date(time).toJSON() !== time) return undefined;
  return { publicKey, time, signedBy: opened.signedBy };
}

/**
 * The keys that endorsements are of, oldest first: each said by the one before it, not earlier than that one itself, the first by
 * itself. Undefined where they are no such line. Nothing is to be believed of them that does not come after a key that is known.
 */
export function keysOfLine(notes: readonly string[]): readonly KnownKey[] | undefined {
  const line: { publicKey: string; from: Date; until?: Date }[] = [];
  for (const note of notes) {
    const before = line.at(-1);
    const said = before === undefined ? openBySelf(note) : openEndorsement(note, [before.publicKey]);
    if (said === undefined) return undefined;
    const from = new Date(said.time);
    if (before !== undefined) {
      if (from < before.from || line.some(({ publicKey }) => publicKey === said.publicKey)) return undefined;
      before.until = from;
    }
    line.push({ publicKey: said.publicKey, from });
  }
  return line;
}

/** `known`, and the keys of a line that come after one of them; their times are those that both say. */
export function withEndorsed(known: readonly KnownKey[], line: readonly KnownKey[]): readonly KnownKey[] {
  const first = line.findIndex(({ publicKey }) => known.some((key) => key.publicKey === publicKey));
  return first < 0 ? known : [...known, ...line.slice(first)];
}

/** Whether that key may have signed at that time, whatever of it is said. */
export function maySign(keys: readonly KnownKey[], publicKey: string, time: string): boolean {
  const at = Date.parse(time);
  const said = keys.filter((key) => key.publicKey === publicKey);
  return said.every(({ from, until }) => {
    const begins = from === undefined ? -Infinity : from.getTime() - skewMilliseconds;
    const ends = until === undefined ? Infinity : until.getTime() + skewMilliseconds;
    return at >= begins && at <= ends;
  });
}

function openBySelf(note: string): Endorsement | undefined {
  const publicKey = note.split('\n', 2)[1] ?? '';
  const said = openEndorsement(note, [publicKey]);
  return said?.publicKey === publicKey ? said : undefined;
}

function bodyOf({ publicKey, time }: Endorsement): string {
  return `waybill-audit-key\n${publicKey}\ntime ${time}\n`;
}
