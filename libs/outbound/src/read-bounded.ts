import type { Readable } from 'node:stream';

/** Reads at most `maxBytes`; the connection of a body that has more is closed, so that the rest is not received. */
export async function readBounded(body: Readable, maxBytes: number): Promise<{ body: Buffer; cut: boolean }> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of body as AsyncIterable<Buffer>) {
    parts.push(part);
    bytes += part.byteLength;
    if (bytes > maxBytes) break;
  }
  return { body: Buffer.concat(parts).subarray(0, maxBytes), cut: bytes > maxBytes };
}
