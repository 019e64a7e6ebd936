import type { Digest } from '@waybill/domain';

import { blobKeyOf, digestOfBlobKey } from '../blob-key.js';
import type { BlobStat, ListedBlob } from '../blob-store.js';
import type { S3Bucket, StoredObject } from './s3-bucket.js';

/*
 * S3 cannot set an object's time. A copy onto itself would, but it rewrites the bytes, takes minutes for large ones, and
 * on MinIO the object is missing for a moment to whoever reads it just then. So a touch writes an empty object beside
 * the blob, under the same name with another first segment: `touched/sha256/ab/<hex>`.
 */
function markKeyOf(digest: Digest): string {
  return markKeyOfBlobKey(blobKeyOf(digest));
}

function markKeyOfBlobKey(blobKey: string): string {
  return `touched/${blobKey.slice('blobs/'.length)}`;
}

export async function writeTouchMark(bucket: S3Bucket, digest: Digest): Promise<void> {
  await bucket.write(markKeyOf(digest), Buffer.alloc(0));
}

export async function removeTouchMark(bucket: S3Bucket, digest: Digest): Promise<void> {
  await bucket.remove(markKeyOf(digest));
}

/** The blob with the later of its own time and its mark's. */
export async function statWithMark(bucket: S3Bucket, digest: Digest): Promise<BlobStat | undefined> {
  const [blob, mark] = await Promise.all([bucket.stat(blobKeyOf(digest)), bucket.stat(markKeyOf(digest))]);
  return blob && { sizeBytes: blob.sizeBytes, lastTouchedAt: later(blob, mark) };
}

/** Both listings come in the order of their names (ListObjectsV2), so that one pass over both, side by side, joins them. */
export async function* listWithMarks(bucket: S3Bucket): AsyncGenerator<ListedBlob> {
  const marks = bucket.list('touched/sha256/');
  try {
    let mark = await marks.next();
    for await (const blob of bucket.list('blobs/sha256/')) {
      const digest = digestOfBlobKey(blob.key);
      if (digest === undefined) continue;
      const markKey = markKeyOfBlobKey(blob.key);
      while (mark.done !== true && mark.value.key < markKey) mark = await marks.next();
      const own = mark.done !== true && mark.value.key === markKey ? mark.value : undefined;
      yield { digest, sizeBytes: blob.sizeBytes, lastTouchedAt: later(blob, own) };
    }
  } finally {
    await marks.return(undefined);
  }
}

function later(blob: StoredObject, mark: StoredObject | undefined): Date {
  return mark !== undefined && mark.modifiedAt > blob.modifiedAt ? mark.modifiedAt : blob.modifiedAt;
}
