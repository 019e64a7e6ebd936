import { Readable } from 'node:stream';
import { BudgetMeter } from '@waybill/archives';
import type { RandomAccessSource } from '@waybill/archives';
import type { BlobStoreConfig } from '@waybill/blob-storage';
import { createBlobStore } from '@waybill/blob-storage';
import type { Digest } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
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
  return { size, openRange: (start, end) => Readable.from(pieces(digest, start, end), { objectMode: false }) };
}

// The store includes the end, an archive excludes it. What ends too early is a fault of the store, not of the artifact.
async function* pieces(digest: Digest, start: number, end: number): AsyncGenerator<Buffer, void> {
  if (end <= start) return;
  let left = end - start;
  for await (const piece of (await store.open(digest, { start, end: end - 1 })) as AsyncIterable<Buffer>) {
    left -= piece.length;
    yield piece;
  }
  if (left !== 0)
    throw new DomainError('unavailable', 'scan.blob-incomplete', 'The store has not all bytes of a file.');
}
