import type { ArchiveBudget } from '@waybill/archives';
import type { BlobStoreConfig } from '@waybill/blob-storage';
import type { Digest } from '@waybill/domain';

/** What a worker thread is given: everything can be cloned, and nothing is shared with the service's own thread. */
export interface ScanTask {
  readonly store: BlobStoreConfig;
  readonly artifacts: readonly { readonly filename: string; readonly digest: Digest; readonly sizeBytes: number }[];
  /** For all artifacts together. */
  readonly budget: ArchiveBudget;
}
