import { Readable } from 'node:stream';
import type { RandomAccessSource } from '@waybill/archives';
import type { BlobStore, StagedKey } from '@waybill/blob-storage';
import { DomainError } from '@waybill/domain';

/** A staged upload as an archive to read from anywhere. Errors: `not-found` `blob.staged-missing`, `unavailable`. */
export async function stagedSource(store: BlobStore, key: StagedKey): Promise<RandomAccessSource> {
  const found = await store.statStaged(key);
  if (found === undefined)
    throw new DomainError('not-found', 'blob.staged-missing', 'The upload is not there any more.');
  return {
    size: found.sizeBytes,
    openRange: (start, end) => Readable.from(piecesOf(store, key, { start, end }), { objectMode: false }),
  };
}

// The store includes the end, an archive excludes it. What ends too early is a fault of the store, not of the upload.
async function* piecesOf(
  store: BlobStore,
  key: StagedKey,
  { start, end }: { readonly start: number; readonly end: number },
): AsyncGenerator<Buffer, void> {
  if (end <= start) return;
  let left = end - start;
  for await (const piece of (await store.openStaged(key, { start, end: end - 1 })) as AsyncIterable<Buffer>) {
    left -= piece.length;
    yield piece;
  }
  if (left !== 0) {
    throw new DomainError('unavailable', 'pypi.upload-incomplete', 'The store has not all bytes of a file.');
  }
}
