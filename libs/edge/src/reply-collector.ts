import type { Readable } from 'node:stream';
import { Readable as ReadableStream } from 'node:stream';
import type { BlobStore, StagedBlob } from '@waybill/blob-storage';
import { maxInlineBytes } from './wire-codec.js';

/** Longest document that a service may answer with. */
const maxDocumentBytes = 512 * 1024 * 1024;

export type CollectedReply =
  { readonly kind: 'inline'; readonly bytes: Buffer } | { readonly kind: 'staged'; readonly staged: StagedBlob };

/** Reads an answer: a small one into memory, a larger one on into the store, so that no message outgrows the bus. */
export async function collectReply(stream: Readable, store: BlobStore): Promise<CollectedReply> {
  const chunks: Buffer[] = [];
  let size = 0;
  const iterator = iterate(stream);
  for (;;) {
    const next = await iterator.next();
    if (next.done === true) return { kind: 'inline', bytes: only(chunks) };
    chunks.push(next.value);
    size += next.value.length;
    if (size > maxInlineBytes) break;
  }
  const whole = ReadableStream.from(continued(chunks, iterator), { objectMode: false });
  try {
    return { kind: 'staged', staged: await store.stage(whole, { maxBytes: maxDocumentBytes }) };
  } finally {
    whole.destroy();
  }
}

function only(chunks: readonly Buffer[]): Buffer {
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
}

async function* iterate(stream: Readable): AsyncGenerator<Buffer, undefined> {
  for await (const chunk of stream as AsyncIterable<Buffer>) yield chunk;
}

async function* continued(start: readonly Buffer[], rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer, undefined> {
  yield* start;
  yield* rest;
}
