import type { ArchiveBudget } from '@waybill/archives';
import type { Digest } from '@waybill/domain';

/** What a worker thread is given for one release: everything can be cloned. */
export interface ScanTask {
  readonly artifacts: readonly { readonly filename: string; readonly digest: Digest; readonly sizeBytes: number }[];
  /** For all artifacts together. */
  readonly budget: ArchiveBudget;
}
