import type { KeyObject } from 'node:crypto';
import { generateKeyPairSync, randomBytes, randomInt, sign } from 'node:crypto';
import { leafHash, path, root, sha256 } from './merkle-tree.js';
import type { InclusionProof } from './transparency-log.js';

/** A log of tests, like Rekor v2: it promises nothing and tells no time, and its checkpoints are signed notes with Ed25519. */
export interface TileLog {
  readonly host: string;
  /** DER. */
  readonly publicKey: Buffer;
  /** Its name in trust roots and bundles; checkpoints begin with the first four bytes. */
  readonly keyId: Buffer;
  /** Takes an entry and answers what a bundle says of it. */
  record(kind: string, body: string): TileLogEntry;
}

export interface TileLogEntry {
  readonly logIndex: string;
  readonly logId: { readonly keyId: string };
  readonly kindVersion: { readonly kind: string; readonly version: string };
  readonly inclusionProof: InclusionProof;
  readonly canonicalizedBody: string;
}

const entriesOfOthers = 5;
/** https://github.com/C2SP/C2SP/blob/main/signed-note.md#signature-types */
const ed25519 = 0x01;

export function makeTileLog(host: string): TileLog {
  const { privateKey, publicKey: key } = generateKeyPairSync('ed25519');
  const publicKey = key.export({ format: 'der', type: 'spki' });
  const keyId = sha256(Buffer.concat([Buffer.from(`${host}\n`), Buffer.from([ed25519]), publicKey.subarray(-32)]));
  const leaves = Array.from({ length: entriesOfOthers }, () => leafHash(Buffer.from(String(randomInt(2 ** 40)))));
  return {
    host,
    publicKey,
    keyId,
    record: (kind, body) => {
      const bytes = Buffer.from(body);
      const index = String(leaves.push(leafHash(bytes)) - 1);
      return {
        logIndex: index,
        logId: { keyId: keyId.toString('base64') },
        kindVersion: { kind, version: '0.0.2' },
        inclusionProof: {
          logIndex: index,
          rootHash: root(leaves).toString('base64'),
          treeSize: String(leaves.length),
          hashes: path(Number(index), leaves).map((hash) => hash.toString('base64')),
          checkpoint: { envelope: checkpoint(privateKey, host, keyId, leaves) },
        },
        canonicalizedBody: bytes.toString('base64'),
      };
    },
  };
}

/** https://github.com/C2SP/C2SP/blob/main/tlog-checkpoint.md; a witness that nobody knows has signed it, too. */
function checkpoint(key: KeyObject, host: string, keyId: Buffer, leaves: readonly Buffer[]): string {
  const note = `${host}\n${leaves.length}\n${root(leaves).toString('base64')}\n`;
  const signature = Buffer.concat([keyId.subarray(0, 4), sign(null, Buffer.from(note), key)]);
  const witness = randomBytes(4 + 8 + 64);
  return `${note}\n\u2014 ${host} ${signature.toString('base64')}\n\u2014 witness.example ${witness.toString('base64')}\n`;
}
