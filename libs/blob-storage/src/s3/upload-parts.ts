import type { Readable } from 'node:stream';

import { multipartUpload } from './multipart.js';
import type { S3Bucket } from './s3-bucket.js';

const maxParts = 10_000;

/** S3 takes 10,000 parts; the size that lets `maxBytes` fit, at least what was configured. */
export function partBytesFor(maxBytes: number, configured: number): number {
  return Math.max(configured, Math.ceil(maxBytes / maxParts));
}

/**
 * Sends a stream of unknown length: one PUT when it fits in a part, else a multipart upload with one part under way while
 * the next is collected. Nothing becomes visible unless the stream ended well.
 */
export async function uploadInParts(bucket: S3Bucket, key: string, body: Readable, partBytes: number): Promise<void> {
  const parts = cutIntoParts(body, partBytes);
  const first = await parts.next();
  const firstPart = first.done === true ? Buffer.alloc(0) : first.value;
  if (firstPart.length < partBytes) {
    // The stream has ended, and ended well: see cutIntoParts.
    await bucket.write(key, firstPart);
    return;
  }
  await multipartUpload(bucket, key, async (send) => {
    let part = 1;
    let sending = send(part, {}, firstPart);
    // Its failure is seen at the next await; until then it is not "unhandled".
    sending.catch(() => undefined);
    try {
      for await (const next of parts) {
        await sending;
        part += 1;
        sending = send(part, {}, next);
        sending.catch(() => undefined);
      }
      await sending;
    } catch (error) {
      await sending.catch(() => undefined);
      throw error;
    }
  });
}

/** Buffers of exactly `partBytes`, the last one shorter; a shorter one is only yielded after the stream's end. */
async function* cutIntoParts(body: Readable, partBytes: number): AsyncGenerator<Buffer> {
  let chunks: Buffer[] = [];
  let collected = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    let rest = chunk;
    while (collected + rest.length >= partBytes) {
      const head = rest.subarray(0, partBytes - collected);
      rest = rest.subarray(head.length);
      chunks.push(head);
      const full = Buffer.concat(chunks, partBytes);
      chunks = [];
      collected = 0;
      yield full;
    }
    if (rest.length > 0) chunks.push(rest);
    collected += rest.length;
  }
  if (collected > 0) yield Buffer.concat(chunks, collected);
}
