import { setTimeout as delay } from 'node:timers/promises';
import { extname } from 'node:path';
import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { defaultArchiveBudget } from '@waybill/archives';
import type { BlobStoreConfig } from '@waybill/blob-storage';
import type { Artifact } from '@waybill/contracts';
import { DomainError } from '@waybill/domain';
import { SERVICE_CONFIG, STORE_CONFIG } from '@waybill/service-host';
import pLimit from 'p-limit';
import { Piscina } from 'piscina';
import type { ArtifactScan } from '../artifacts/scan-artifact.js';
import type { ScannerConfig } from '../config.js';
import type { ScanTask } from './scan-task.js';

/** The URL of the module that a worker thread runs. */
export const SCAN_WORKER = Symbol('waybill.scan-worker');
/** Beside this module, and built or not as this one is. */
export const scanWorkerUrl = new URL(`./scan.worker${extname(import.meta.url)}`, import.meta.url);

// The worker is asked to stop in time by its budget; this is for one that does not listen any more.
const graceMilliseconds = 2000;
// What is in work when the service stops may still end; then it is given up, and its event comes again.
const drainMilliseconds = 5000;

/** Worker threads for scans: one that hangs or dies is ended, and its scan is not complete (security.md I9). */
@Injectable()
export class ScanPool implements OnModuleDestroy {
  readonly #config: ScannerConfig;
  readonly #pool: Piscina<ScanTask, ArtifactScan>;
  readonly #turns: ReturnType<typeof pLimit>;
  readonly #inWork = new Set<Promise<unknown>>();
  readonly #draining = new AbortController();
  readonly #stopped = new AbortController();

  constructor(
    @Inject(SERVICE_CONFIG) config: ScannerConfig,
    @Inject(STORE_CONFIG) store: BlobStoreConfig,
    @Inject(SCAN_WORKER) worker: URL,
  ) {
    this.#config = config;
    this.#turns = pLimit(config.WAYBILL_SCAN_WORKERS);
    this.#pool = new Piscina({
      filename: worker.href,
      workerData: store,
      minThreads: 1,
      maxThreads: config.WAYBILL_SCAN_WORKERS,
      idleTimeout: 60_000,
      resourceLimits: { maxOldGenerationSizeMb: config.WAYBILL_SCAN_MEMORY_MB },
    });
  }

  /**
   * Waits for a free worker; the clock runs from then on. A failure of any kind is a scan that is not complete. Errors:
   * `unavailable` `scan.stopped` when the service stops, so that nothing is recorded.
   */
  async scan(artifacts: readonly Artifact[]): Promise<ArtifactScan> {
    const work = this.#turns(() => this.#run(artifacts));
    this.#inWork.add(work);
    return work.finally(() => this.#inWork.delete(work));
  }

  async onModuleDestroy(): Promise<void> {
    this.#draining.abort();
    await Promise.race([Promise.allSettled(this.#inWork), delay(drainMilliseconds, undefined, { ref: false })]);
    this.#stopped.abort();
    await this.#pool.destroy();
  }

  async #run(artifacts: readonly Artifact[]): Promise<ArtifactScan> {
    if (this.#draining.signal.aborted) throw stopped();
    const deadlineMs = this.#config.WAYBILL_SCAN_SECONDS * 1000;
    const task = this.#taskFor(artifacts, deadlineMs);
    const signal = AbortSignal.any([AbortSignal.timeout(deadlineMs + graceMilliseconds), this.#stopped.signal]);
    try {
      return await this.#pool.run(task, { signal });
    } catch (error) {
      if (this.#stopped.signal.aborted) throw stopped(error);
      const failure = error instanceof Error ? `${error.name}: ${error.message}`.slice(0, 500) : 'unknown';
      return { completed: false, failure, findings: [], facts: [], leakedTokenHashes: [] };
    }
  }

  #taskFor(artifacts: readonly Artifact[], deadlineMs: number): ScanTask {
    return {
      artifacts: artifacts.map(({ filename, digests, sizeBytes }) => ({ filename, digest: digests.sha256, sizeBytes })),
      budget: {
        ...defaultArchiveBudget,
        maxUnpackedBytes: this.#config.WAYBILL_SCAN_UNPACKED_BYTES,
        maxEntries: this.#config.WAYBILL_SCAN_ENTRIES,
        deadlineMs,
      },
    };
  }
}

function stopped(cause?: unknown): DomainError {
  return new DomainError('unavailable', 'scan.stopped', 'The scanner stops; the release is scanned when it is back.', {
    cause,
  });
}
