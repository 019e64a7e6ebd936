import type { IncomingMessage, ServerResponse } from 'node:http';
import type { BlobStore } from '@waybill/blob-storage';
import { acceptsGzip } from '../downloads/content-coding.js';
import { matchesWeakly } from '../downloads/entity-tags.js';
import { isNotModified } from '../downloads/preconditions.js';
import { sendBlob } from '../downloads/send-blob.js';
import { filledIn } from './answer-headers.js';
import type { AnswerForm, CachedAnswer } from './cached-answer.js';
import type { HeldBody } from './held-body.js';

export interface Sending {
  readonly requestId: string;
  /** RFC 9211. */
  readonly cacheStatus: string;
  /** The bytes of a small blob, which are kept apart from its answer. */
  readonly bytes: HeldBody | undefined;
}

/** Whether this answer can be sent without asking the store for anything. */
export function isInMemory(request: IncomingMessage, answer: CachedAnswer, bytes: HeldBody | undefined): boolean {
  if (answer.blob === undefined) return true;
  const { headers } = request;
  const isWhole =
    headers.range === undefined &&
    headers['if-match'] === undefined &&
    headers['if-unmodified-since'] === undefined &&
    headers['if-range'] === undefined;
  return isWhole && (answer.identity.body !== undefined || bytes !== undefined || request.method === 'HEAD');
}

/** Sends what `isInMemory`, at once: head and body leave in one write. */
export function sendFromMemory(
  request: IncomingMessage,
  response: ServerResponse,
  answer: CachedAnswer,
  { requestId, cacheStatus, bytes }: Sending,
): void {
  const form = wantedForm(request, answer);
  const unchanged = answer.status === 200 ? unchangedForm(request, answer, form) : undefined;
  if (unchanged !== undefined) {
    response.writeHead(304, filledIn(unchanged.notModified, requestId, cacheStatus));
    response.end();
    return;
  }
  response.writeHead(answer.status, filledIn(form.headers, requestId, cacheStatus));
  if (request.method === 'HEAD') response.end();
  else response.end(bodyOf(answer, form.body ?? bytes, requestId), 'latin1');
}

/** Sends an answer whose bytes are in the store, or a part of them. */
export async function sendFromStore(
  request: IncomingMessage,
  response: ServerResponse,
  answer: CachedAnswer & Required<Pick<CachedAnswer, 'blob'>>,
  { cacheStatus, store }: { readonly cacheStatus: string; readonly store: BlobStore },
): Promise<void> {
  const { blob, identity } = answer;
  if (blob === undefined) throw new Error('an answer without a blob is in memory');
  const { flat } = identity.headers;
  response.statusCode = answer.status;
  for (let index = 4; index < flat.length; index += 2) response.setHeader(flat[index] ?? '', flat[index + 1] ?? '');
  response.setHeader('cache-status', cacheStatus);
  response.removeHeader('content-length');
  await sendBlob(request, response, blob, store);
}

function wantedForm({ headers }: IncomingMessage, { identity, compressed }: CachedAnswer): AnswerForm {
  return compressed !== undefined && acceptsGzip(headers['accept-encoding']) ? compressed : identity;
}

/** The form that the client has already: a client may have kept the other coding than the one it asks for now. */
function unchangedForm({ headers }: IncomingMessage, answer: CachedAnswer, wanted: AnswerForm): AnswerForm | undefined {
  const asked = headers['if-none-match'];
  if (asked === undefined) {
    if (headers['if-modified-since'] === undefined) return undefined;
    return isNotModified(headers, { etag: wanted.etag, lastModified: answer.lastModified }) ? wanted : undefined;
  }
  const other = wanted === answer.identity ? answer.compressed : answer.identity;
  return [wanted, other].find((form) => form?.etag !== undefined && matchesWeakly(asked, form.etag));
}

/** A refusal that names the request that it refuses names this one. */
function bodyOf({ requestIdAt }: CachedAnswer, body: HeldBody | undefined, requestId: string): HeldBody | undefined {
  if (requestIdAt === -1 || body === undefined) return body;
  const text = body.toString('latin1');
  return text.slice(0, requestIdAt) + requestId + text.slice(requestIdAt + requestId.length);
}
