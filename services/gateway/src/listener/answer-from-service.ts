import type { IncomingMessage } from 'node:http';
import type { Principal } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import type { EdgeDescription, EdgeReply, EdgeRequest, EdgeRoute, HeaderMap } from '@waybill/edge';
import { clientRequestHeaders, cookieNameAt } from '@waybill/edge';
import { credentialHeaders, dropStrayTokens, findForeignBearer } from '../credentials/find-credential.js';
import { isInMemory, sendFromMemory, sendFromStore } from '../edge-cache/send-cached.js';
import { withoutGzipSuffix } from '../downloads/entity-tags.js';
import { keepFromCaches } from '../downloads/response-headers.js';
import { sendReply } from '../downloads/send-reply.js';
import { admittedCaller } from '../limits/admitted-caller.js';
import { serviceGone, setChallenge } from '../refusals/refuse.js';
import { forward, inSpan } from '../routing/forward.js';
import { atFairPace } from '../uploads/body-pace.js';
import { declaredLength, hasBody, readInlineBody, requireDeclaredLengthWithin } from '../uploads/read-inline-body.js';
import { stageUpload } from '../uploads/stage-upload.js';
import type { Exchange, GatewayParts } from './exchange.js';

const bodilessMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Who, then what: nothing of a body is asked for or read before the caller and the announced size are accepted. */
export async function answerFromService(exchange: Exchange, route: EdgeRoute, parts: GatewayParts): Promise<void> {
  const { request } = exchange;
  const { upload } = route;
  const principal = await admittedCaller(request, route, {
    rates: parts.rates,
    principals: parts.principals,
    externalUrl: parts.externalUrlOf(request),
    clientAddress: parts.clientAddressOf(request),
  });
  if (upload !== undefined && !upload.anonymous && principal.kind === 'anonymous') {
    throw new DomainError('unauthenticated', 'auth.required', 'You must sign in to do this.');
  }
  if (isRead(request) && upload === undefined) return answerRead(exchange, route, parts, principal);
  const body = await receiveBody(exchange, route, parts);
  const reply = await sendToService(exchange, route, parts, { principal, body });
  await passOn(exchange, route, parts, { principal, reply });
}

/** From memory when that is allowed, else from the service, whose answer is kept when it says that it may be. */
async function answerRead(
  exchange: Exchange,
  route: EdgeRoute,
  parts: GatewayParts,
  principal: Principal,
): Promise<void> {
  const { request, response, requestId, target } = exchange;
  const { description } = route;
  const externalUrl = parts.externalUrlOf(request);
  const headers = headersFor(exchange, description, externalUrl);
  const result = await parts.reads.read({
    target,
    externalUrl,
    // What the service gets to see tells answers apart, not what it does not.
    headers,
    description,
    principal,
    requestId,
    isWhole: request.method === 'GET',
    ask: (whole, timeoutMs) =>
      sendToService(exchange, route, parts, {
        principal,
        body: undefined,
        headers: whole ? withoutConditions(headers) : headers,
        ...(whole ? { method: 'GET' } : {}),
        ...(timeoutMs === undefined ? {} : { readTimeoutMs: timeoutMs }),
      }),
  });
  const { cacheStatus } = result;
  if (result.kind === 'reply') {
    response.setHeader('cache-status', cacheStatus);
    return passOn(exchange, route, parts, { principal, reply: result.reply });
  }
  const { answer } = result;
  const { blob } = answer;
  if (blob !== undefined) parts.downloads.countDownload(request, response, blob.download);
  const bytes = blob === undefined ? undefined : parts.cache.bytesOf(blob.digest);
  if (blob === undefined || isInMemory(request, answer, bytes)) {
    sendFromMemory(request, response, answer, { requestId, cacheStatus, bytes });
  } else {
    await sendFromStore(request, response, { ...answer, blob }, { cacheStatus, store: parts.store });
  }
}

async function passOn(
  { request, response }: Exchange,
  { description, isSignIn, takesForeignBearer }: EdgeRoute,
  parts: GatewayParts,
  { principal, reply }: { readonly principal: Principal; readonly reply: EdgeReply },
): Promise<void> {
  try {
    response.statusCode = reply.status;
    setChallenge(response, description);
    if (isSignIn || takesForeignBearer || principal.kind !== 'anonymous') keepFromCaches(response);
    if (reply.body.kind === 'blob') parts.downloads.countDownload(request, response, reply.body.blob.download);
    await sendReply(request, response, reply, parts.store);
  } finally {
    // A large document was staged for this answer alone.
    if (reply.body.kind === 'staged') await parts.store.discardStaged(reply.body.staged.key);
  }
}

async function receiveBody(
  exchange: Exchange,
  { description, upload }: EdgeRoute,
  parts: GatewayParts,
): Promise<EdgeRequest['body']> {
  const { request, response } = exchange;
  if (!hasBody(request) || bodilessMethods.has(request.method ?? '')) return undefined;
  requireDeclaredLengthWithin(request, upload?.maxBytes ?? description.maxInlineBodyBytes);
  if (parts.directory.replicasOf(description.service) === 0) throw serviceGone();
  if (exchange.expectsContinue) response.writeContinue();
  return atFairPace<NonNullable<EdgeRequest['body']>>(request, parts.limits, exchange.signal, async (signal) => {
    if (upload === undefined) return readInlineBody(request, description.maxInlineBodyBytes, signal);
    const isSmall = (declaredLength(request) ?? Number.POSITIVE_INFINITY) <= upload.inlineBytes;
    if (isSmall) return { bytes: await readInlineBody(request, upload.inlineBytes, signal) };
    return stageUpload(request, upload, parts.store, signal);
  });
}

async function sendToService(
  exchange: Exchange,
  { description, takesForeignBearer }: EdgeRoute,
  parts: GatewayParts,
  asked: {
    readonly principal: Principal;
    readonly body: EdgeRequest['body'];
    readonly headers?: HeaderMap;
    readonly method?: string;
    readonly readTimeoutMs?: number;
  },
): Promise<EdgeReply> {
  const { request, requestId, target } = exchange;
  const { principal, body } = asked;
  const staged = body !== undefined && 'key' in body ? body : undefined;
  let isUndecided = false;
  try {
    const method = asked.method ?? request.method ?? '';
    const { readTimeoutMs = parts.limits.readTimeoutMs } = asked;
    const externalUrl = parts.externalUrlOf(request);
    const foreignBearer = takesForeignBearer ? findForeignBearer(request.headers) : undefined;
    const sent = {
      method,
      target,
      headers: asked.headers ?? headersFor(exchange, description, externalUrl),
      principal,
      externalUrl,
      clientAddress: parts.clientAddressOf(request),
      requestId,
      ...(body === undefined ? {} : { body }),
      ...(foreignBearer === undefined ? {} : { foreignBearer }),
    };
    return await inSpan({ service: description.service, method, requestId }, () =>
      forward(parts.client, description.service, sent, { ...parts.limits, readTimeoutMs }),
    );
  } catch (error) {
    // The service may still be reading what it was sent; age takes care of it.
    isUndecided = error instanceof DomainError && error.code !== 'service.no-responders';
    throw error;
  } finally {
    if (staged !== undefined && !isUndecided) await parts.store.discardStaged(staged.key);
  }
}

function isRead({ method }: IncomingMessage): boolean {
  return method === 'GET' || method === 'HEAD';
}

/** A whole answer can be kept, and what the client has already is compared here. */
function withoutConditions(headers: HeaderMap): HeaderMap {
  const asked = { ...headers };
  delete asked['if-none-match'];
  delete asked['if-modified-since'];
  return asked;
}

function headersFor({ request }: Exchange, { credentials, cookies }: EdgeDescription, externalUrl: string): HeaderMap {
  const headers = clientRequestHeaders(request.headers, {
    credentialHeaders: credentialHeaders(credentials),
    cookies: cookies.map((name) => cookieNameAt(externalUrl, name)),
  });
  dropStrayTokens(headers);
  const ifNoneMatch = headers['if-none-match'];
  if (typeof ifNoneMatch === 'string') headers['if-none-match'] = withoutGzipSuffix(ifNoneMatch);
  return headers;
}
