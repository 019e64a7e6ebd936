import { PassThrough } from 'node:stream';
import type { Readable } from 'node:stream';
import { BudgetMeter } from '@waybill/archives';
import type { RandomAccessSource } from '@waybill/archives';
import type { BlobStoreConfig } from '@waybill/blob-storage';
import { createBlobStore } from '@waybill/blob-storage';
import type { Digest } from '@waybill/domain';
import { workerData } from 'piscina';
import type { ArtifactScan } from '../artifacts/scan-artifact.js';
import { scanArtifact } from '../artifacts/scan-artifact.js';
import type { ScanTask } from './scan-task.js';

// Each worker thread has a connection of its own, and shares nothing with the service's thread.
const store = createBlobStore(workerData as BlobStoreConfig);

/** Runs in a worker thread: reading and checking never hold up the service's thread. */
export default async function scan(task: ScanTask): Promise<ArtifactScan> {
  const meter = new BudgetMeter(task.budget);
  const scans: ArtifactScan[] = [];
  for (const { filename, digest, sizeBytes } of task.artifacts) {
    scans.push(await scanArtifact(filename, sourceOf(digest, sizeBytes), meter));
  }
  const failure = scans.find((one) => one.failure !== undefined)?.failure;
  return {
    completed: scans.every((one) => one.completed),
    ...(failure === undefined ? {} : { failure }),
    retryable: scans.some((one) => one.retryable === true),
    findings: scans.flatMap((one) => one.findings),
    facts: scans.flatMap((one) => one.facts),
    leakedTokenHashes: scans.flatMap((one) => one.leakedTokenHashes),
  };
}

function sourceOf(digest: Digest, size: number): RandomAccessSource {
  return { size, openRange: (start, end) => opened(digest, start, end) };
}

// The store opens asynchronously and includes the end; an archive wants a stream at once and excludes it.
function opened(digest: Digest, start: number, end: number): Readable {
  const through = new PassThrough({ highWaterMark: 256 * 1024 });
  if (end <= start) return through.end();
  store.open(digest, { start, end: end - 1 }).then(
    (stream) => {
      stream.on('error', (error) => through.destroy(error));
      through.on('close', () => stream.destroy());
      stream.pipe(through);
    },
    (error: unknown) => through.destroy(error instanceof Error ? error : new Error('The blob cannot be read.')),
  );
  return through;
}
