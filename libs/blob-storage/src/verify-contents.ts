import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';

import type { Digest } from '@waybill/domain';
import { digestOf } from '@waybill/domain';

import { storedBytesDiffer, storeUnavailable } from './blob-errors.js';
import type { StagedBlob } from './blob-store.js';

/** The sha256 a StagedBlob has to carry to be promoted; checked, since it may have come in a message. */
export function sha256OfStaged(staged: StagedBlob): Digest {
  const digest = staged.digests.sha256;
  if (digest === undefined) throw storedBytesDiffer({ reason: 'no sha256 was computed' });
  return digest;
}

export function sha256OfBytes(contents: Uint8Array): Digest {
  return digestOf('sha256', createHash('sha256').update(contents).digest('hex'));
}

/** Reads everything and throws `blob.digest-mismatch` unless it hashes to `expected`. */
export async function verifyContents(contents: Readable, expected: Digest): Promise<void> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of contents as AsyncIterable<Buffer>) hash.update(chunk);
  } catch (error) {
    throw storeUnavailable('store.failed', 'The object store failed while it was read.', error);
  }
  const actual = digestOf('sha256', hash.digest('hex'));
  if (actual !== expected) throw storedBytesDiffer({ expected, actual });
}
