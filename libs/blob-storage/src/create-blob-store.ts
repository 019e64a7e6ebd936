import type { BlobStore } from './blob-store.js';
import { FileBlobStore } from './fs/file-blob-store.js';
import type { FileBlobStoreOptions } from './fs/file-blob-store.js';
import { S3BlobStore } from './s3/s3-blob-store.js';
import type { S3BlobStoreOptions } from './s3/s3-options.js';

export type BlobStoreConfig =
  ({ readonly driver: 'fs' } & FileBlobStoreOptions) | ({ readonly driver: 's3' } & S3BlobStoreOptions);

/**
 * The configured driver. Throws `internal` `store.misconfigured` for malformed settings and touches nothing yet: call
 * `health()` at start to learn whether the store can be used.
 */
export function createBlobStore(config: BlobStoreConfig): BlobStore {
  return config.driver === 'fs' ? new FileBlobStore(config) : new S3BlobStore(config);
}
