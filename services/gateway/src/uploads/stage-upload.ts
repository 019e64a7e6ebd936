import type { IncomingMessage } from 'node:http';
import type { BlobStore, StagedBlob } from '@waybill/blob-storage';
import type { UploadRoute } from '@waybill/edge';
import { declaredLength } from './read-inline-body.js';

/**
 * Streams the body of an upload into the store, hashing on the way and bounded by what the route declares. What is broken
 * off or too large leaves nothing behind. Errors: `limit` `upload.too-large`, `invalid`, `unavailable` `store.*`.
 */
export function stageUpload(
  request: IncomingMessage,
  upload: UploadRoute,
  store: BlobStore,
  signal: AbortSignal,
): Promise<StagedBlob> {
  const sizeBytes = declaredLength(request);
  return store.stage(request, {
    maxBytes: upload.maxBytes,
    digests: upload.digests,
    signal,
    ...(sizeBytes === undefined ? {} : { expected: { sizeBytes } }),
  });
}
