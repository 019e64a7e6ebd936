import type { SignedEntity } from '@sigstore/verify';
import { refused } from './refusal.js';

type LogEntry = SignedEntity['tlogEntries'][number];

/**
 * A proof says twice of which tree it is, and only its checkpoint is signed. Clients verify by either, so that they have to be of one
 * tree: what is taken here is taken everywhere. Only of an entry that was verified. Errors: `invalid` `provenance.log`.
 */
export function assertProofIsOfCheckpoint({ inclusionProof }: LogEntry): void {
  const [, size, rootHash] = inclusionProof?.checkpoint?.envelope.split('\n') ?? [];
  if (inclusionProof?.treeSize === size && inclusionProof?.rootHash.toString('base64') === rootHash) return;
  throw refused('log', 'The proof in the provenance bundle is of another tree of the log than its checkpoint.');
}
