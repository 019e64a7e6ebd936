import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { BlobStore, ByteRange } from '@waybill/blob-storage';
import { DomainError } from '@waybill/domain';
import type { BlobReplyOptions } from '@waybill/edge';
import { create as contentDisposition } from 'content-disposition';
import { byteRangesBody } from './byte-ranges.js';
import { selectRepresentation } from './preconditions.js';

/** Streams content-addressed bytes: Range, If-*, HEAD and entity tags, once for every service. */
export async function sendBlob(
  request: IncomingMessage,
  response: ServerResponse,
  blob: BlobReplyOptions,
  store: BlobStore,
): Promise<void> {
  const etag = blob.etag ?? `"${blob.digest}"`;
  setBlobHeaders(response, blob, etag);
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  const selection =
    isRead && response.statusCode === 200
      ? selectRepresentation(request, { etag, lastModified: blob.lastModified, sizeBytes: blob.sizeBytes })
      : { kind: 'whole' as const };
  switch (selection.kind) {
    case 'not-modified':
      response.statusCode = 304;
      response.removeHeader('content-type');
      response.removeHeader('content-disposition');
      response.end();
      return;
    case 'precondition-failed':
      throw new DomainError('conflict', 'http.precondition-failed', 'What you have is not what is here.');
    case 'unsatisfiable':
      response.setHeader('content-range', `bytes */${String(blob.sizeBytes)}`);
      throw new DomainError('invalid', 'http.range-unsatisfiable', 'The range begins after the last byte.');
    case 'part': {
      const { start, end } = selection;
      response.statusCode = 206;
      response.setHeader('content-range', `bytes ${String(start)}-${String(end)}/${String(blob.sizeBytes)}`);
      response.setHeader('content-length', end - start + 1);
      return send(request, response, () => copyNamed(response, blob, store, { start, end }));
    }
    case 'parts': {
      const whole = { mediaType: blob.mediaType, totalBytes: blob.sizeBytes };
      const body = byteRangesBody(selection.parts, whole, (part) => openNamed(blob, store, part));
      if (body.sizeBytes >= blob.sizeBytes) break;
      response.statusCode = 206;
      response.setHeader('content-type', body.contentType);
      response.setHeader('content-length', body.sizeBytes);
      return send(request, response, async () => pipeline(await begun(body.chunks()), response));
    }
    case 'whole':
  }
  response.setHeader('content-length', blob.sizeBytes);
  return send(request, response, () => copyNamed(response, blob, store, undefined));
}

/** A stream that has its first chunk: what cannot be opened is an error while the answer has not begun. */
async function begun(chunks: AsyncGenerator<Buffer>): Promise<Readable> {
  const first = await chunks.next();
  return Readable.from(all(first, chunks), { objectMode: false });
}

async function* all(first: IteratorResult<Buffer>, rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  if (first.done !== true) yield first.value;
  yield* rest;
}

async function send(request: IncomingMessage, response: ServerResponse, sendBody: () => Promise<void>): Promise<void> {
  if (request.method === 'HEAD') response.end();
  else await sendBody();
}

function setBlobHeaders(response: ServerResponse, blob: BlobReplyOptions, etag: string): void {
  const extra = blob.headers ?? {};
  for (const name in extra) response.setHeader(name, extra[name] ?? '');
  response.setHeader('content-type', blob.mediaType);
  response.setHeader('etag', etag);
  response.setHeader('accept-ranges', 'bytes');
  if (blob.lastModified !== undefined) response.setHeader('last-modified', blob.lastModified.toUTCString());
  if (blob.cacheControl !== undefined) response.setHeader('cache-control', blob.cacheControl);
  if (blob.filename !== undefined) response.setHeader('content-disposition', contentDisposition(blob.filename));
}

async function copyNamed(
  response: ServerResponse,
  blob: BlobReplyOptions,
  store: BlobStore,
  range: ByteRange | undefined,
): Promise<void> {
  try {
    await store.copyTo(response, blob.digest, range);
  } catch (error) {
    throw asOurFault(error, blob);
  }
}

export async function openNamed(
  blob: BlobReplyOptions,
  store: BlobStore,
  range: ByteRange | undefined,
): Promise<Readable> {
  try {
    return await store.open(blob.digest, range);
  } catch (error) {
    throw asOurFault(error, blob);
  }
}

/** Bytes that a service names and the store does not have: the client must not take it for `not found`. */
function asOurFault(error: unknown, blob: BlobReplyOptions): unknown {
  if (!(error instanceof DomainError) || error.kind !== 'not-found') return error;
  const options = { cause: error, details: { digest: blob.digest } };
  return new DomainError('internal', 'store.blob-missing', 'These bytes are missing on our side.', options);
}
