import type { ListedUpload } from '../blob-store.js';
import { isStagedKey } from '../staged-key.js';
import type { StagedKey } from '../staged-key.js';
import type { S3Bucket } from './s3-bucket.js';
import { callS3, callS3UnlessMissing } from './s3-error.js';

/**
 * Multipart uploads that a crash left behind. MinIO lists them only by their exact name, and removes them itself after a
 * day; Amazon S3 lists them and keeps (and bills) them for ever.
 */
export async function* listIncomplete(bucket: S3Bucket, olderThan: Date): AsyncGenerator<ListedUpload> {
  const prefix = bucket.objectName('staged/');
  let keyMarker = '';
  let idMarker = '';
  for (;;) {
    const page = await callS3(() =>
      bucket.client.listIncompleteUploadsQuery(bucket.name, prefix, keyMarker, idMarker, ''),
    );
    for (const upload of page.uploads) {
      const key = upload.key.slice(prefix.length - 'staged/'.length);
      if (isStagedKey(key) && upload.initiated < olderThan) yield { key, stagedAt: upload.initiated, sizeBytes: 0 };
    }
    if (!page.isTruncated) return;
    keyMarker = page.nextKeyMarker;
    idMarker = page.nextUploadIdMarker;
  }
}

/** Idempotent. */
export async function removeIncomplete(bucket: S3Bucket, key: StagedKey): Promise<void> {
  const { client, name } = bucket;
  const objectName = bucket.objectName(key);
  const uploadId = await callS3(() => client.findUploadId(name, objectName));
  if (uploadId !== undefined) await callS3UnlessMissing(() => client.abortMultipartUpload(name, objectName, uploadId));
}
