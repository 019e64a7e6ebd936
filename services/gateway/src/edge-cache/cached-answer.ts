import type { BlobReplyOptions, EdgeReply } from '@waybill/edge';
import type { Resource } from '@waybill/domain';
import { anonymous, can } from '@waybill/domain';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { isCompressible } from '../downloads/content-coding.js';
import { gzipTag } from '../downloads/entity-tags.js';
import type { AnswerHeaders, ReadyHeaders } from './answer-headers.js';
import { held, type HeldBody } from './held-body.js';
import { addToVary, headersOfAnswer, notModifiedHeaders, readyHeaders } from './answer-headers.js';

const compress = promisify(gzip);

/** One form in which an answer can be sent: as it is, or compressed. */
export interface AnswerForm {
  readonly etag: string | undefined;
  /** Undefined for bytes that are fetched from the store when they are sent. */
  readonly body: HeldBody | undefined;
  readonly headers: ReadyHeaders;
  readonly notModified: ReadyHeaders;
}

/** An answer of a service, ready to be sent again. */
export interface CachedAnswer {
  readonly status: 200 | 404;
  readonly resource: Resource;
  /** Whether nobody needs to be asked who is asking. */
  readonly isPublic: boolean;
  readonly immutable: boolean;
  readonly tags: readonly string[];
  readonly lastModified: Date | undefined;
  readonly identity: AnswerForm;
  readonly compressed: AnswerForm | undefined;
  /** Set where the bytes are content-addressed. */
  readonly blob: BlobReplyOptions | undefined;
  /** Where in the body the id of the request stands that was answered first; -1 for nowhere. */
  readonly requestIdAt: number;
  /** Bytes of memory, by estimate. */
  readonly weight: number;
}

const overhead = 2048;

export type CacheableReply = EdgeReply & Required<Pick<EdgeReply, 'cache'>>;

/**
 * Makes an answer out of a reply. `bytes` is its whole body, undefined for one that stays in the store. The compressed
 * form is made here, once.
 */
export async function cachedAnswerOf(
  reply: CacheableReply,
  { bytes, requestId }: { readonly bytes: Buffer | undefined; readonly requestId: string },
): Promise<CachedAnswer> {
  const { cache, body } = reply;
  const blob = body.kind === 'blob' ? body.blob : undefined;
  const isPublic = can(anonymous, 'read', cache.resource).allowed;
  const headers = headersOfAnswer(reply.headers, { blob, isPublic });
  const requestIdAt = reply.status === 404 && bytes !== undefined ? bytes.indexOf(requestId) : -1;
  const isDocument = bytes !== undefined && requestIdAt === -1 && isWorthCompressing(headers, bytes.length);
  if (isDocument) addToVary(headers, 'Accept-Encoding');
  const identity = formOf(headers, bytes, bytes?.length ?? blob?.sizeBytes ?? 0);
  const compressed = isDocument ? await compressedForm(headers, bytes) : undefined;
  return {
    status: reply.status === 404 ? 404 : 200,
    resource: cache.resource,
    isPublic,
    immutable: cache.immutable,
    tags: cache.tags,
    lastModified: dateIn(headers.get('last-modified')),
    identity,
    compressed,
    blob,
    requestIdAt,
    weight: overhead + (bytes?.length ?? 0) + (compressed?.body?.length ?? 0),
  };
}

/** Whether documents of these headers and this size are worth holding in memory as a whole, in both codings. */
export function isWorthCompressing(headers: AnswerHeaders, sizeBytes: number): boolean {
  const contentType = headers.get('content-type');
  if (typeof contentType !== 'string') return false;
  return isCompressible({ contentType, isEncoded: headers.has('content-encoding') }, sizeBytes);
}

/** Whether two answers are the same bytes with the same description, so that one is enough. */
export function isSameAnswer(one: CachedAnswer, other: CachedAnswer): boolean {
  return (
    one.status === 200 &&
    other.status === 200 &&
    one.identity.etag !== undefined &&
    !one.identity.etag.startsWith('W/') &&
    sameList(one.identity.headers.flat.slice(4), other.identity.headers.flat.slice(4)) &&
    sameList(one.tags, other.tags) &&
    JSON.stringify(one.resource) === JSON.stringify(other.resource)
  );
}

function sameList(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((entry, index) => entry === other[index]);
}

function formOf(headers: Map<string, string | readonly string[]>, body: Buffer | undefined, size: number): AnswerForm {
  const etag = headers.get('etag');
  const whole = new Map([...headers, ['content-length', String(size)] as const]);
  return {
    etag: typeof etag === 'string' ? etag : undefined,
    body: body === undefined ? undefined : held(body),
    headers: readyHeaders(whole),
    notModified: notModifiedHeaders(whole),
  };
}

async function compressedForm(
  headers: Map<string, string | readonly string[]>,
  bytes: Buffer,
): Promise<AnswerForm | undefined> {
  const body = await compress(bytes);
  if (body.length >= bytes.length) return undefined;
  const etag = headers.get('etag');
  const coded = new Map([...headers, ['content-encoding', 'gzip'] as const]);
  if (typeof etag === 'string') coded.set('etag', gzipTag(etag));
  return formOf(coded, body, body.length);
}

function dateIn(value: string | readonly string[] | undefined): Date | undefined {
  const date = typeof value === 'string' ? new Date(value) : undefined;
  return date === undefined || Number.isNaN(date.getTime()) ? undefined : date;
}
