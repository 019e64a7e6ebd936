import { CopyDestinationOptions, CopySourceOptions } from 'minio';

import { multipartUpload } from './multipart.js';
import type { S3Bucket, StoredObject } from './s3-bucket.js';
import { callS3 } from './s3-error.js';

/** CopyObject takes no more than this (S3 API reference). */
export const maxSingleCopyBytes = 5 * 1024 ** 3;
const copyPartBytes = 1024 ** 3;

/**
 * Copies inside the server, atomically. Only the very bytes that `source` was measured by are copied (If-Match on its
 * ETag).
 */
export async function copyObject(
  bucket: S3Bucket,
  source: StoredObject,
  targetKey: string,
  singleCopyBytes: number,
): Promise<void> {
  if (source.sizeBytes > singleCopyBytes) {
    await copyInParts(bucket, source, targetKey, singleCopyBytes);
    return;
  }
  const from = new CopySourceOptions({
    Bucket: bucket.name,
    Object: bucket.objectName(source.key),
    MatchETag: source.etag,
  });
  const to = new CopyDestinationOptions({
    Bucket: bucket.name,
    Object: bucket.objectName(targetKey),
  });
  await callS3(() => bucket.client.copyObject(from, to));
}

async function copyInParts(bucket: S3Bucket, source: StoredObject, targetKey: string, limit: number): Promise<void> {
  const partBytes = Math.min(copyPartBytes, limit);
  await multipartUpload(bucket, targetKey, async (send) => {
    for (let part = 1, start = 0; start < source.sizeBytes; part += 1, start += partBytes) {
      const end = Math.min(start + partBytes, source.sizeBytes) - 1;
      await send(part, {
        'x-amz-copy-source': encodeURI(`/${bucket.name}/${bucket.objectName(source.key)}`),
        'x-amz-copy-source-if-match': source.etag,
        'x-amz-copy-source-range': `bytes=${start}-${end}`,
      });
    }
  });
}
