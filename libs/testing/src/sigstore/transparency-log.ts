import type { KeyObject } from 'node:crypto';
import { generateKeyPairSync, randomInt, sign } from 'node:crypto';
import { leafHash, path, root, sha256 } from './merkle-tree.js';

/** A log of tests, like Rekor: a Merkle tree (RFC 6962 §2.1), checkpoints that it signs, and promises. */
export interface TransparencyLog {
  readonly host: string;
  /** DER. */
  readonly publicKey: Buffer;
  /** Takes an entry and answers what a bundle says of it, in the form of the protocol of bundles. */
  record(kind: string, body: string): LogEntry;
}

export interface LogEntry {
  readonly logIndex: string;
  readonly logId: { readonly keyId: string };
  readonly kindVersion: { readonly kind: string; readonly version: string };
  readonly integratedTime: string;
  readonly inclusionPromise: { readonly signedEntryTimestamp: string };
  readonly inclusionProof: InclusionProof;
  readonly canonicalizedBody: string;
}

export interface InclusionProof {
  readonly logIndex: string;
  readonly rootHash: string;
  readonly treeSize: string;
  readonly hashes: readonly string[];
  readonly checkpoint: { readonly envelope: string };
}

/** Entries of others before the first one, so that proofs have a path. */
const entriesOfOthers = 5;

export function makeTransparencyLog(host: string): TransparencyLog {
  const keys = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const publicKey = keys.publicKey.export({ format: 'der', type: 'spki' });
  const leaves = Array.from({ length: entriesOfOthers }, () => leafHash(Buffer.from(String(randomInt(2 ** 40)))));
  // The index of the whole log is another one than that in its present tree, as at the public log.
  const earlier = randomInt(1_000_000);
  const logId = sha256(publicKey);
  return {
    host,
    publicKey,
    record: (kind, body) => {
      const bytes = Buffer.from(body);
      const index = leaves.push(leafHash(bytes)) - 1;
      const entry = { index: earlier + index, time: Math.floor(Date.now() / 1000), body: bytes.toString('base64') };
      return {
        logIndex: String(entry.index),
        logId: { keyId: logId.toString('base64') },
        kindVersion: { kind, version: '0.0.1' },
        integratedTime: String(entry.time),
        inclusionPromise: { signedEntryTimestamp: promise(keys.privateKey, logId, entry) },
        inclusionProof: {
          logIndex: String(index),
          rootHash: root(leaves).toString('base64'),
          treeSize: String(leaves.length),
          hashes: path(index, leaves).map((hash) => hash.toString('base64')),
          checkpoint: { envelope: checkpoint(keys.privateKey, host, logId, leaves) },
        },
        canonicalizedBody: entry.body,
      };
    },
  };
}

/** A signed entry timestamp: https://github.com/sigstore/rekor, pkg/api/entries.go. The keys are in canonical order. */
function promise(key: KeyObject, logId: Buffer, entry: { index: number; time: number; body: string }): string {
  const { body, time: integratedTime, index: logIndex } = entry;
  const said = JSON.stringify({ body, integratedTime, logID: logId.toString('hex'), logIndex });
  return sign('sha256', Buffer.from(said), key).toString('base64');
}

/** https://github.com/transparency-dev/formats/blob/main/log/README.md */
function checkpoint(key: KeyObject, host: string, logId: Buffer, leaves: readonly Buffer[]): string {
  const note = `${host} - 1\n${leaves.length}\n${root(leaves).toString('base64')}\n`;
  const signature = Buffer.concat([logId.subarray(0, 4), sign('sha256', Buffer.from(note), key)]);
  return `${note}\n\u2014 ${host} ${signature.toString('base64')}\n`;
}
