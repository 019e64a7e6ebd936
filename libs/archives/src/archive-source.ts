import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { RandomAccessSource } from './archive-entry.js';

export async function archiveFile(path: string): Promise<RandomAccessSource> {
  const { size } = await stat(path);
  return {
    size,
    openRange: (start, end) => (start >= end ? Readable.from([]) : createReadStream(path, { start, end: end - 1 })),
  };
}

/** For archives that are small by contract, and for tests. */
export function archiveBuffer(bytes: Buffer): RandomAccessSource {
  return {
    size: bytes.length,
    openRange: (start, end) => Readable.from(start >= end ? [] : [bytes.subarray(start, end)]),
  };
}
