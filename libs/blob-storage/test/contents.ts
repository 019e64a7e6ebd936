import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';

import type { Digest, DigestAlgorithm } from '@waybill/domain';
import { digestOf } from '@waybill/domain';

import type { StagedBlob, StageOptions } from '../src/index.js';

export const mebibyte = 1024 ** 2;

export function digest(algorithm: DigestAlgorithm, bytes: Uint8Array): Digest {
  return digestOf(algorithm, createHash(algorithm).update(bytes).digest('hex'));
}

/** Bytes as a network would bring them: in uneven chunks. */
export function streamOf(bytes: Buffer, chunkBytes = 60_001): Readable {
  return Readable.from(
    (function* chunks() {
      for (let start = 0; start < bytes.length; start += chunkBytes) yield bytes.subarray(start, start + chunkBytes);
    })(),
    { objectMode: false },
  );
}

/** Never ends; counts what was taken from it. */
export function endlessStream(): Readable & { givenBytes: number } {
  const chunk = randomBytes(64 * 1024);
  const stream = Object.assign(
    new Readable({
      read() {
        stream.givenBytes += chunk.length;
        this.push(chunk);
      },
    }),
    { givenBytes: 0 },
  );
  return stream;
}

export async function bytesOf(stream: Readable): Promise<Buffer> {
  return Buffer.concat(await stream.toArray());
}

export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

export async function stageBytes(
  store: { stage(source: Readable, options: StageOptions): Promise<StagedBlob> },
  bytes: Buffer,
  options: Partial<StageOptions> = {},
): Promise<StagedBlob> {
  return await store.stage(streamOf(bytes), { maxBytes: 64 * mebibyte, ...options });
}
