import type { StagedBlob } from '@waybill/blob-storage';
import type { Principal } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import type { EdgeReply, EdgeRoute, HeaderMap } from '@waybill/edge';
import { clientRequestHeaders } from '@waybill/edge';
import { credentialHeaders, dropStrayTokens } from '../credentials/find-credential.js';
import { withoutGzipSuffix } from '../downloads/entity-tags.js';
import { keepFromCaches } from '../downloads/response-headers.js';
import { sendReply } from '../downloads/send-reply.js';
import { admittedCaller } from '../limits/admitted-caller.js';
import { serviceGone, setChallenge } from '../refusals/refuse.js';
import { forward } from '../routing/forward.js';
import { atFairPace } from '../uploads/body-pace.js';
import { hasBody, readInlineBody, requireDeclaredLengthWithin } from '../uploads/read-inline-body.js';
import { stageUpload } from '../uploads/stage-upload.js';
import type { Exchange, GatewayParts } from './exchange.js';

const bodilessMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Who, then what: nothing of a body is asked for or read before the caller and the announced size are accepted. */
export async function answerFromService(exchange: Exchange, route: EdgeRoute, parts: GatewayParts): Promise<void> {
  const { request, response } = exchange;
  const { description, upload } = route;
  const principal = await admittedCaller(request, route, {
    rates: parts.rates,
    principals: parts.principals,
    externalUrl: parts.externalUrlOf(request),
    clientAddress: parts.clientAddressOf(request),
  });
  if (upload !== undefined && !upload.anonymous && principal.kind === 'anonymous') {
    throw new DomainError('unauthenticated', 'auth.required', 'You must sign in to do this.');
  }
  const body = await receiveBody(exchange, route, parts);
  const reply = await sendToService(exchange, route, parts, { principal, body });
  try {
    response.statusCode = reply.status;
    setChallenge(response, description);
    if (route.isSignIn || principal.kind !== 'anonymous') keepFromCaches(response);
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
): Promise<Buffer | StagedBlob | undefined> {
  const { request, response } = exchange;
  if (!hasBody(request) || bodilessMethods.has(request.method ?? '')) return undefined;
  requireDeclaredLengthWithin(request, upload?.maxBytes ?? description.maxInlineBodyBytes);
  if (parts.directory.replicasOf(description.service) === 0) throw serviceGone();
  if (exchange.expectsContinue) response.writeContinue();
  return atFairPace<Buffer | StagedBlob>(request, parts.limits, exchange.signal, (signal) =>
    upload === undefined
      ? readInlineBody(request, description.maxInlineBodyBytes, signal)
      : stageUpload(request, upload, parts.store, signal),
  );
}

async function sendToService(
  exchange: Exchange,
  { description }: EdgeRoute,
  parts: GatewayParts,
  { principal, body }: { principal: Principal; body: Buffer | StagedBlob | undefined },
): Promise<EdgeReply> {
  const { request, requestId, target } = exchange;
  const staged = body === undefined || Buffer.isBuffer(body) ? undefined : body;
  let isUndecided = false;
  try {
    return await forward(
      parts.client,
      description.service,
      {
        method: request.method ?? '',
        target,
        headers: headersFor(exchange, credentialHeaders(description.credentials)),
        principal,
        externalUrl: parts.externalUrlOf(request),
        clientAddress: parts.clientAddressOf(request),
        requestId,
        ...(body === undefined ? {} : { body }),
      },
      parts.limits,
    );
  } catch (error) {
    // The service may still be reading what it was sent; age takes care of it.
    isUndecided = error instanceof DomainError && error.code !== 'service.no-responders';
    throw error;
  } finally {
    if (staged !== undefined && !isUndecided) await parts.store.discardStaged(staged.key);
  }
}

function headersFor({ request }: Exchange, secrets: ReadonlySet<string>): HeaderMap {
  const headers = clientRequestHeaders(request.headers, { credentialHeaders: secrets });
  dropStrayTokens(headers);
  const ifNoneMatch = headers['if-none-match'];
  if (typeof ifNoneMatch === 'string') headers['if-none-match'] = withoutGzipSuffix(ifNoneMatch);
  return headers;
}
