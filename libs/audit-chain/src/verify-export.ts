import type { z } from 'zod';
import { canonicalJson } from './canonical-json.js';
import { chainEntry, leafHashOfEntry, noHash, privateHashOf } from './chain-entry.js';
import type { ChainEntry } from './chain-entry.js';
import { openCheckpoint } from './checkpoint.js';
import { exportEnd, exportHeader } from './export-lines.js';
import type { KnownKey } from './key-line.js';
import { keysOfLine, maySign, withEndorsed } from './key-line.js';
import { MerkleFrontier } from './merkle-tree.js';

/** What can be wrong with an export. */
export type ExportProblem = 'changed' | 'missing' | 'reordered' | 'cut-off' | 'signature';

export type ExportVerification =
  | {
      readonly ok: true;
      readonly chain: string;
      readonly entries: number;
      /** Of those, how many have lost their details to the retention. */
      readonly withoutDetails: number;
      /** When the checkpoint was signed, ISO 8601. */
      readonly signedAt: string;
      /** Name of the key. */
      readonly signedBy: string;
    }
  | {
      readonly ok: false;
      /** Of the first entry that something is wrong with; 0: the first line; one more than there are: the last line. */
      readonly position: number;
      readonly problem: ExportProblem;
      readonly message: string;
    };

type Lines = AsyncIterable<string> | Iterable<string>;

/**
 * Checks an export by itself, without the installation that it comes from: each entry is what was hashed, follows the one
 * before it, and all together are what one of `publicKeys` has signed, or a newer key that one of them has endorsed, within
 * the time in which that key signs, as far as it is known. `lines` without their line feeds (`linesOfExport`);
 * only one is held at a time.
 */
export async function verifyExport(
  lines: Lines,
  publicKeys: readonly (string | KnownKey)[],
): Promise<ExportVerification> {
  const reading = new ExportReading(publicKeys);
  try {
    for await (const line of lines) reading.take(line);
    return reading.end();
  } catch (error) {
    if (error instanceof Wrong) return error.verification;
    // A line that is too long, or no UTF-8.
    if (error instanceof RangeError || error instanceof TypeError) return reading.unreadable(error.message);
    throw error;
  }
}

class Wrong extends Error {
  readonly verification: ExportVerification;

  constructor(position: number, problem: ExportProblem, message: string) {
    super(message);
    this.verification = { ok: false, position, problem, message };
  }
}

class ExportReading {
  readonly #known: readonly KnownKey[];
  readonly #tree = MerkleFrontier.empty();
  #header: { readonly chain: string; readonly size: number } | undefined;
  #previous = noHash;
  #withoutDetails = 0;
  #signed: { readonly signedAt: string; readonly signedBy: string } | undefined;
  /** A position that another entry stands at: what follows says whether it is missing or only elsewhere. */
  #gap: number | undefined;

  constructor(publicKeys: readonly (string | KnownKey)[]) {
    this.#known = publicKeys.map((key) => (typeof key === 'string' ? { publicKey: key.trim() } : key));
  }

  get #next(): number {
    return this.#tree.size + 1;
  }

  take(line: string): void {
    if (this.#gap !== undefined) this.#lookFor(this.#gap, line);
    else if (this.#header === undefined) this.#header = this.#parse(exportHeader, line, 0);
    else if (this.#signed !== undefined) throw new Wrong(this.#next, 'changed', 'Something follows the checkpoint.');
    else if (line.startsWith('{"checkpoint":')) this.#takeCheckpoint(line, this.#header);
    else this.#takeEntry(this.#parse(chainEntry, line, this.#next), this.#header.chain);
  }

  end(): ExportVerification {
    if (this.#gap !== undefined) throw new Wrong(this.#gap, 'missing', 'An entry is missing.');
    if (this.#header === undefined) throw new Wrong(0, 'cut-off', 'There is nothing in it.');
    if (this.#signed === undefined) {
      throw new Wrong(this.#next, 'cut-off', 'It ends before its checkpoint.');
    }
    const { chain } = this.#header;
    return { ok: true, chain, entries: this.#tree.size, withoutDetails: this.#withoutDetails, ...this.#signed };
  }

  unreadable(message: string): ExportVerification {
    return { ok: false, position: this.#header === undefined ? 0 : this.#next, problem: 'changed', message };
  }

  #takeEntry(entry: ChainEntry, chain: string): void {
    const expected = this.#next;
    const hash = leafHashOfEntry(chain, entry);
    if (hash.toString('hex') !== entry.leafHash) throw new Wrong(expected, 'changed', 'It is not what was hashed.');
    if (entry.private !== null && privateHashOf(entry.private) !== entry.event.private) {
      throw new Wrong(expected, 'changed', 'Its details are not what was hashed.');
    }
    if (entry.position > expected) {
      this.#gap = expected;
      return;
    }
    if (entry.position < expected) throw new Wrong(entry.position, 'reordered', 'It is there once more.');
    if (entry.previous !== this.#previous) {
      const message = 'The entry after it was hashed with another one before it.';
      throw new Wrong(Math.max(expected - 1, 1), 'changed', message);
    }
    if (entry.private === null) this.#withoutDetails += 1;
    this.#tree.append(hash);
    this.#previous = entry.leafHash;
  }

  #takeCheckpoint(line: string, header: { readonly chain: string; readonly size: number }): void {
    const at = this.#next;
    const { checkpoint: note, key, keys } = this.#parse(exportEnd, line, at);
    const endorsed = keysOfLine(keys ?? []);
    if (endorsed === undefined) throw new Wrong(at, 'changed', 'The keys did not follow one another like that.');
    const known = withEndorsed(this.#known, endorsed);
    const trusted = known.map(({ publicKey }) => publicKey);
    const opened = openCheckpoint(note, trusted);
    if (opened === undefined) throw new Wrong(at, 'signature', 'The checkpoint is not signed by a known key.');
    const { checkpoint, signedBy } = opened;
    if (key !== undefined && key !== opened.key) {
      throw new Wrong(at, 'changed', 'The key beside the checkpoint is not the one that it is signed with.');
    }
    if (!maySign(known, opened.key, checkpoint.time)) {
      throw new Wrong(at, 'signature', 'It says that it was signed when that key did not sign yet, or no more.');
    }
    if (checkpoint.chain !== header.chain) throw new Wrong(at, 'signature', 'The checkpoint is of another chain.');
    if (checkpoint.size !== header.size) throw new Wrong(0, 'changed', 'The first line says another size.');
    if (checkpoint.size > this.#tree.size) throw new Wrong(at, 'cut-off', 'The last entries are missing.');
    if (checkpoint.size < this.#tree.size) {
      throw new Wrong(checkpoint.size + 1, 'signature', 'Entries are there that the checkpoint does not know.');
    }
    if (!checkpoint.rootHash.equals(this.#tree.root())) {
      throw new Wrong(
        Math.max(this.#tree.size, 1),
        'changed',
        'The entries up to here are not those that were signed.',
      );
    }
    this.#signed = { signedAt: checkpoint.time, signedBy };
  }

  #lookFor(gap: number, line: string): void {
    const position = /"position":(\d{1,16}),/.exec(line)?.[1];
    if (Number(position) === gap) throw new Wrong(gap, 'reordered', 'The entry stands further down.');
  }

  /** Letter by letter what we would write, so that no byte is free to change. */
  #parse<Schema extends z.ZodType>(schema: Schema, line: string, position: number): z.output<Schema> {
    const value = jsonOf(line);
    const parsed = schema.safeParse(value);
    if (!parsed.success || canonicalJson(value) !== line) {
      throw new Wrong(position, 'changed', 'This line is not of an export.');
    }
    return parsed.data;
  }
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return undefined;
  }
}
