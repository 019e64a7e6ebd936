import type { KeyObject } from 'node:crypto';
import type { ChainEntry } from '../src/index.js';
import {
  endLine,
  entryLine,
  headerLine,
  leafHashOfEntry,
  MerkleFrontier,
  newNoteKey,
  noHash,
  privateHashOf,
  privateNoteKey,
  signCheckpoint,
} from '../src/index.js';

export interface TestKey {
  readonly name: string;
  readonly publicText: string;
  readonly privateKey: KeyObject;
}

export function testKey(): TestKey {
  const { name, publicText, privateKey } = newNoteKey('waybill-audit');
  return { name, publicText, privateKey: privateNoteKey(privateKey) };
}

/** An export as the service writes it. `tamper` changes an entry before it is hashed, as somebody who rewrites a chain would. */
export interface ExportWish {
  readonly count?: number;
  readonly chain?: string;
  readonly keepPrivate?: (position: number) => boolean;
  readonly tamper?: (entry: ChainEntry) => ChainEntry;
  /** The tree that is signed, instead of that of the entries. */
  readonly signed?: MerkleFrontier;
}

export function makeExport(
  key: TestKey,
  {
    count = 5,
    chain = '5f0c6a2e-2a57-4a51-9d0a-1c4f0f6f2c11',
    keepPrivate = () => true,
    tamper = (entry) => entry,
    signed,
  }: ExportWish = {},
): { lines: string[]; tree: MerkleFrontier } {
  const tree = MerkleFrontier.empty();
  let previous = noHash;
  const lines = [headerLine(chain, count)];
  for (let position = 1; position <= count; position += 1) {
    const part = { salt: '0'.repeat(31) + String(position % 10), clientAddress: '10.0.0.1', details: { n: position } };
    const event = {
      id: `event-${position}`,
      source: 'auth',
      at: '2026-01-01T00:00:00.000Z',
      actor: 'user:ada',
      actorUserId: null,
      action: 'team.create',
      subject: `team:${position}`,
      outcome: 'success',
      requestId: null,
      private: privateHashOf(part),
    };
    const wanted = tamper({
      position,
      previous,
      event,
      leafHash: noHash,
      private: keepPrivate(position) ? part : null,
    });
    const hash = leafHashOfEntry(chain, wanted);
    const entry = { ...wanted, leafHash: hash.toString('hex') };
    tree.append(hash);
    previous = entry.leafHash;
    lines.push(entryLine(entry));
  }
  const rootHash = (signed ?? tree).root();
  const note = signCheckpoint({ chain, size: count, rootHash, time: '2026-01-02T00:00:00.000Z' }, key);
  lines.push(endLine(note, key.publicText));
  return { lines, tree };
}
