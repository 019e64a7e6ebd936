import type { BlobReplyOptions, HeaderMap } from '@waybill/edge';
import { create as contentDisposition } from 'content-disposition';
import { isOwnHeader, securityHeaders } from '../downloads/response-headers.js';

/** Names in lower case. */
export type AnswerHeaders = ReadonlyMap<string, string | readonly string[]>;

/** Header fields by name and value in turn, as `writeHead` takes them at the least cost; the first two are set per answer. */
export interface ReadyHeaders {
  readonly flat: string[];
}

const requestIdAt = 1;
const cacheStatusAt = 3;

/** Fields that describe bytes, which a 304 does not carry (RFC 9110, 15.4.5). */
const describingBytes = ['content-type', 'content-length', 'content-encoding', 'content-disposition', 'accept-ranges'];

/** Everything that a service and the gateway say about an answer, without its length and coding. */
export function headersOfAnswer(
  service: HeaderMap,
  { blob, isPublic }: { readonly blob: BlobReplyOptions | undefined; readonly isPublic: boolean },
): Map<string, string | readonly string[]> {
  const headers = new Map<string, string | readonly string[]>(Object.entries(securityHeaders));
  // What everybody may read is asked for again; anything else is kept by nobody unless its service says so (A9).
  headers.set('cache-control', isPublic ? 'no-cache' : 'no-store');
  for (const [name, value] of Object.entries(service)) {
    if (!isOwnHeader(name)) headers.set(name.toLowerCase(), value);
  }
  if (blob !== undefined) describeBlob(headers, blob);
  return headers;
}

export function addToVary(headers: Map<string, string | readonly string[]>, field: string): void {
  const fields = [headers.get('vary') ?? []]
    .flat()
    .join(',')
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
  if (fields.includes('*') || fields.some((entry) => entry.toLowerCase() === field.toLowerCase())) return;
  headers.set('vary', [...fields, field].join(', '));
}

export function readyHeaders(headers: AnswerHeaders): ReadyHeaders {
  const flat = ['x-request-id', '', 'cache-status', ''];
  for (const [name, value] of headers) for (const one of [value].flat()) flat.push(name, one);
  return { flat };
}

export function notModifiedHeaders(headers: AnswerHeaders): ReadyHeaders {
  return readyHeaders(new Map([...headers].filter(([name]) => !describingBytes.includes(name))));
}

/** To be given to `writeHead` at once: the next answer fills in the same array. */
export function filledIn({ flat }: ReadyHeaders, requestId: string, cacheStatus: string): string[] {
  flat[requestIdAt] = requestId;
  flat[cacheStatusAt] = cacheStatus;
  return flat;
}

function describeBlob(headers: Map<string, string | readonly string[]>, blob: BlobReplyOptions): void {
  for (const [name, value] of Object.entries(blob.headers ?? {})) headers.set(name.toLowerCase(), value);
  headers.set('content-type', blob.mediaType);
  headers.set('etag', blob.etag ?? `"${blob.digest}"`);
  headers.set('accept-ranges', 'bytes');
  if (blob.lastModified !== undefined) headers.set('last-modified', blob.lastModified.toUTCString());
  if (blob.cacheControl !== undefined) headers.set('cache-control', blob.cacheControl);
  if (blob.filename !== undefined) headers.set('content-disposition', contentDisposition(blob.filename));
}
