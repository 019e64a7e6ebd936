import { NoRespondersError, RequestError, TimeoutError, type NatsConnection } from '@nats-io/transport-node';
import type { BlobStore, StagedBlob } from '@waybill/blob-storage';
import type { Principal, Resource } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import type { BlobReplyOptions } from './blob-reply.js';
import type { CacheHint } from './cache-hint.js';
import type { HeaderMap, RequestHead } from './edge-message.js';
import { edgeSubject, encodePrincipal, parseReplyHead } from './edge-message.js';
import { traceToHeaders } from './trace-carrier.js';
import { decodeFrame, encodeFrame } from './wire-codec.js';

/** An upload whose bytes travel along. */
export interface SmallUpload {
  readonly bytes: Buffer;
}

export interface EdgeRequest {
  readonly method: string;
  /** Raw request target, passed on byte by byte. */
  readonly target: string;
  readonly headers: HeaderMap;
  readonly principal: Principal;
  /** Small bodies travel along; an upload as the reference to what was staged, or with its bytes where its route wants that. */
  readonly body?: Buffer | StagedBlob | SmallUpload;
  /** The bearer token of somebody else, for routes that take one. */
  readonly foreignBearer?: string;
  readonly externalUrl: string;
  readonly clientAddress: string;
  readonly requestId: string;
  readonly timeoutMs: number;
  /** When the client is given up; `timeoutMs` from now unless a retry has to share one deadline. */
  readonly deadline?: number;
}

export type EdgeReplyBody =
  | { readonly kind: 'inline'; readonly bytes: Buffer }
  /** Content-addressed bytes that the service named with `blobReply`. */
  | { readonly kind: 'blob'; readonly blob: BlobReplyOptions }
  /** A document too large for a message, staged for this one answer: discard it after reading. */
  | { readonly kind: 'staged'; readonly staged: StagedBlob };

export interface EdgeReply {
  readonly status: number;
  /** The reason phrase, where the service has words of its own. */
  readonly reason?: string;
  readonly headers: HeaderMap;
  readonly body: EdgeReplyBody;
  /** Whether and for whom the answer may be kept. */
  readonly cache?: CacheHint;
  /** Of an answer to a read that may not be kept: whoever gets it may read this, as far as the service has heard. */
  readonly about?: Resource;
}

/** The gateway's side of the edge, and what a service's integration tests call it with. */
export class EdgeClient {
  constructor(
    private readonly connection: NatsConnection,
    private readonly store: BlobStore,
  ) {}

  /** Errors: `unavailable` with code `service.no-responders`, `service.timeout` or `service.unavailable`. */
  async send(service: string, request: EdgeRequest): Promise<EdgeReply> {
    const frame = encodeRequest(request);
    const headers = traceToHeaders();
    try {
      const message = await this.connection.request(edgeSubject(service), frame, {
        timeout: request.timeoutMs,
        ...(headers === undefined ? {} : { headers }),
      });
      return decodeReply(message.data);
    } catch (error) {
      throw asUnavailable(error);
    }
  }

  /** The bytes of an answer, whatever way they took; meant for tests and small documents. */
  async read(reply: EdgeReply): Promise<Buffer> {
    const { body } = reply;
    if (body.kind === 'inline') return body.bytes;
    const stream = await (body.kind === 'blob'
      ? this.store.open(body.blob.digest)
      : this.store.openStaged(body.staged.key));
    const chunks: Buffer[] = [];
    for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk);
    if (body.kind === 'staged') await this.store.discardStaged(body.staged.key);
    return Buffer.concat(chunks);
  }
}

function encodeRequest(request: EdgeRequest): Buffer {
  const { body } = request;
  const head: RequestHead = {
    id: request.requestId,
    method: request.method,
    target: request.target,
    headers: request.headers,
    clientAddress: request.clientAddress,
    externalUrl: request.externalUrl,
    deadline: request.deadline ?? Date.now() + request.timeoutMs,
    principal: encodePrincipal(request.principal),
    ...(request.foreignBearer === undefined ? {} : { foreignBearer: request.foreignBearer }),
  };
  if (body === undefined) return encodeFrame(head, undefined);
  if (Buffer.isBuffer(body)) return encodeFrame(head, body);
  const described = describedUpload(request.headers);
  if ('bytes' in body) return encodeFrame({ ...head, upload: described }, body.bytes);
  return encodeFrame({ ...head, upload: { staged: body, ...described } }, undefined);
}

function describedUpload(headers: HeaderMap): NonNullable<RequestHead['upload']> {
  const mediaType = headers['content-type'];
  const contentEncoding = headers['content-encoding'];
  return {
    ...(typeof mediaType === 'string' ? { mediaType } : {}),
    ...(typeof contentEncoding === 'string' ? { contentEncoding } : {}),
  };
}

function decodeReply(data: Uint8Array): EdgeReply {
  const frame = decodeFrame(data);
  const { status, reason, headers, blob, staged, cache, about } = parseReplyHead(frame.head);
  const head = {
    status,
    ...(reason === undefined ? {} : { reason }),
    headers,
    ...(cache === undefined ? {} : { cache }),
    ...(about === undefined ? {} : { about }),
  };
  if (blob !== undefined) return { ...head, body: { kind: 'blob', blob } };
  if (staged !== undefined) return { ...head, body: { kind: 'staged', staged } };
  return { ...head, body: { kind: 'inline', bytes: frame.body } };
}

function asUnavailable(error: unknown): DomainError {
  const options = { retryAfterSeconds: 2, cause: error };
  if (error instanceof NoRespondersError || (error instanceof RequestError && error.isNoResponders())) {
    return new DomainError('unavailable', 'service.no-responders', 'This service is not running now.', options);
  }
  if (error instanceof TimeoutError) {
    return new DomainError('unavailable', 'service.timeout', 'This service did not answer in time.', options);
  }
  return new DomainError('unavailable', 'service.unavailable', 'This service cannot be reached now.', options);
}
