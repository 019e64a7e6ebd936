import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { BlobStore } from '@waybill/blob-storage';
import type { EdgeReply } from '@waybill/edge';
import { acceptsGzip, gzipStream, isCompressible } from './content-coding.js';
import { gzipTag, matchesWeakly } from './entity-tags.js';
import { isNotModified } from './preconditions.js';
import { addVary, setServiceHeaders } from './response-headers.js';
import { sendBlob } from './send-blob.js';

/** Answers a client with what a service replied; bytes that the reply only names are streamed from the store. */
export async function sendReply(
  request: IncomingMessage,
  response: ServerResponse,
  reply: EdgeReply,
  store: BlobStore,
): Promise<void> {
  setServiceHeaders(response, reply.headers);
  response.statusCode = reply.status;
  if (reply.reason !== undefined) response.statusMessage = reply.reason;
  const { body } = reply;
  if (body.kind === 'blob') return sendBlob(request, response, body.blob, store);
  const sizeBytes = lengthOf(request, reply);
  const isGzipped = negotiateCoding(request, response, sizeBytes);
  if (answerNotModified(request, response) || response.statusCode === 304 || request.method === 'HEAD') {
    const isLengthKnown = request.method === 'HEAD' && reply.headers['content-length'] !== undefined;
    if (isLengthKnown && response.statusCode !== 304 && !isGzipped) response.setHeader('content-length', sizeBytes);
    response.end();
    return;
  }
  if (!isGzipped && response.statusCode !== 204) response.setHeader('content-length', sizeBytes);
  if (body.kind === 'inline' && !isGzipped) {
    response.end(body.bytes);
    return;
  }
  if (body.kind === 'inline') {
    const gzip = gzipStream();
    gzip.end(body.bytes);
    return stream(gzip, undefined, response);
  }
  const document = await store.openStaged(body.staged.key);
  return stream(document, isGzipped ? gzipStream() : undefined, response);
}

/** Backpressure both ways; a client that goes away destroys the source. */
export async function stream(
  source: Readable,
  through: NodeJS.ReadWriteStream | undefined,
  response: ServerResponse,
): Promise<void> {
  if (through === undefined) await pipeline(source, response);
  else await pipeline(source, through, response);
}

/** Settles `Content-Encoding`, `Vary` and the tag of the chosen form; answers whether it is the gzip one. */
function negotiateCoding(request: IncomingMessage, response: ServerResponse, sizeBytes: number): boolean {
  const etag = response.getHeader('etag');
  if (response.statusCode === 304) {
    // The service compared tags itself; a client that has the gzip form is told the tag of the gzip form.
    const asked = request.headers['if-none-match'] ?? '';
    if (typeof etag === 'string' && matchesWeakly(asked, gzipTag(etag)) && asked.trim() !== '*') {
      response.setHeader('etag', gzipTag(etag));
    }
    return false;
  }
  const contentType = response.getHeader('content-type');
  if (typeof contentType !== 'string') return false;
  const isEncoded = response.hasHeader('content-encoding');
  if (!isCompressible({ contentType, isEncoded }, sizeBytes)) return false;
  addVary(response, 'Accept-Encoding');
  if (!acceptsGzip(request.headers['accept-encoding'])) return false;
  response.setHeader('content-encoding', 'gzip');
  if (typeof etag === 'string') response.setHeader('etag', gzipTag(etag));
  return true;
}

/** `If-None-Match` of documents, for services that leave it to the gateway; they need only send a tag. */
function answerNotModified(request: IncomingMessage, response: ServerResponse): boolean {
  if (response.statusCode !== 200 || (request.method !== 'GET' && request.method !== 'HEAD')) return false;
  const etag = response.getHeader('etag');
  const modified = response.getHeader('last-modified');
  const lastModified = typeof modified === 'string' ? new Date(modified) : undefined;
  if (!isNotModified(request.headers, { etag: typeof etag === 'string' ? etag : undefined, lastModified }))
    return false;
  response.statusCode = 304;
  response.removeHeader('content-encoding');
  response.removeHeader('content-type');
  return true;
}

/** A HEAD has no body to measure; its service says how long the body would be. */
function lengthOf(request: IncomingMessage, reply: EdgeReply): number {
  const { body } = reply;
  if (request.method === 'HEAD') return Number(reply.headers['content-length'] ?? 0);
  if (body.kind === 'inline') return body.bytes.length;
  return body.kind === 'staged' ? body.staged.sizeBytes : body.blob.sizeBytes;
}
