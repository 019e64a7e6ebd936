import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { defaultArchiveBudget } from '@waybill/archives';
import type { ReleaseFacts } from '@waybill/contracts';
import { SERVICE_CONFIG, STORE_CONFIG } from '@waybill/service-host';
import type { BlobStoreConfig } from '@waybill/blob-storage';
import { Piscina } from 'piscina';
import type { ArtifactScan } from '../artifacts/scan-artifact.js';
import type { ScannerConfig } from '../config.js';
import type { ScanTask } from './scan-task.js';

// The worker is asked to stop in time by its budget; this is for one that does not listen any more.
const graceMilliseconds = 5000;

/** Worker threads for scans: one that hangs or dies is ended, and its scan is not complete (security.md I9). */
@Injectable()
export class ScanPool implements OnModuleDestroy {
  readonly #config: ScannerConfig;
  readonly #store: BlobStoreConfig;
  readonly #pool: Piscina<ScanTask, ArtifactScan>;

  constructor(@Inject(SERVICE_CONFIG) config: ScannerConfig, @Inject(STORE_CONFIG) store: BlobStoreConfig) {
    this.#config = config;
    this.#store = store;
    this.#pool = new Piscina({
      filename: fileURLToPath(new URL(`./scan.worker${extname(import.meta.url)}`, import.meta.url)),
      minThreads: 1,
      maxThreads: config.WAYBILL_SCAN_WORKERS,
      idleTimeout: 60_000,
    });
  }

  async scan(release: ReleaseFacts): Promise<ArtifactScan> {
    const deadlineMs = this.#config.WAYBILL_SCAN_SECONDS * 1000;
    const task: ScanTask = {
      store: this.#store,
      artifacts: release.artifacts.map(({ filename, digests, sizeBytes }) => ({
        filename,
        digest: digests.sha256,
        sizeBytes,
      })),
      budget: {
        ...defaultArchiveBudget,
        maxUnpackedBytes: this.#config.WAYBILL_SCAN_UNPACKED_BYTES,
        maxEntries: this.#config.WAYBILL_SCAN_ENTRIES,
        deadlineMs,
      },
    };
    try {
      return await this.#pool.run(task, { signal: AbortSignal.timeout(deadlineMs + graceMilliseconds) });
    } catch (error) {
      const failure = error instanceof Error ? `${error.name}: ${error.message}`.slice(0, 500) : 'unknown';
      return { completed: false, failure, findings: [], facts: [], leakedTokenHashes: [] };
    }
  }

  async onModuleDestroy(): Promise<void> {
    await this.#pool.close({ force: true });
  }
}
