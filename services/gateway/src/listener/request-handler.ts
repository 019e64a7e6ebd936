import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { anonymous } from '@waybill/domain';
import { checkTarget, edgeMethods, pathOf } from '@waybill/edge';
import { ApiDocs } from '../api-docs/api-docs.js';
import { requireSoundHeader } from '../limits/sound-header.js';
import { type Hit, HitPath } from '../edge-cache/hit-path.js';
import { setSecurityHeaders } from '../downloads/response-headers.js';
import { sendLandingPage } from '../landing-page/landing-page.js';
import { methodNotAllowed, nothingHere, refuse, tooBusy } from '../refusals/refuse.js';
import { discardUnreadBody } from '../refusals/unread-body.js';
import { loggablePath } from './access-log.js';
import { answerFromService } from './answer-from-service.js';
import type { Exchange, GatewayParts } from './exchange.js';
import { isTakenOver } from './one-at-a-time.js';

/** One request from its header to its last byte: refusals, log line and count included. */
export class RequestHandler {
  private inWork = 0;

  private readonly hits: HitPath;
  private readonly docs = new ApiDocs();

  constructor(private readonly parts: GatewayParts) {
    this.hits = new HitPath(parts);
  }

  /** Answers from memory before anything else happens, and tells so; false when it did nothing. */
  answerAtOnce(request: IncomingMessage, response: ServerResponse): boolean {
    const startedAt = performance.now();
    const hit = this.hits.answer(request, response);
    if (hit === undefined) return false;
    // Only what the system has not taken over yet can still be broken off.
    if (isTakenOver(response)) this.written(request, response, hit, startedAt, false);
    else {
      response.once('close', () => {
        this.written(request, response, hit, startedAt, !response.writableFinished);
      });
    }
    return true;
  }

  async handle(request: IncomingMessage, response: ServerResponse, expectsContinue: boolean): Promise<void> {
    const startedAt = performance.now();
    const gone = new AbortController();
    const exchange: Exchange = {
      request,
      response,
      requestId: randomUUID(),
      target: request.url ?? '',
      expectsContinue,
      signal: gone.signal,
    };
    this.inWork += 1;
    response.once('close', () => {
      this.inWork -= 1;
      if (!response.writableFinished) gone.abort();
      const { requestId, description, target } = exchange;
      const answered = { requestId, service: description?.service ?? '', path: loggablePath(target) };
      this.written(request, response, answered, startedAt, !response.writableFinished);
    });
    response.setHeader('x-request-id', exchange.requestId);
    setSecurityHeaders(response);
    try {
      await this.answer(exchange);
    } catch (thrown) {
      this.refuse(exchange, thrown);
    }
    if (!request.complete) this.leaveBody(exchange);
  }

  private async answer(exchange: Exchange): Promise<void> {
    const { request, response, target } = exchange;
    const { directory, limits } = this.parts;
    const method = request.method ?? '';
    checkTarget(target);
    const path = pathOf(target);
    const route = directory.route(method, path);
    if (route !== undefined) exchange.description = route.description;
    if (this.inWork > limits.maxConcurrentRequests) throw tooBusy();
    requireSoundHeader(request, limits.maxHeaderCount);
    const externalUrl = this.parts.externalUrlOf(request);
    if (!(edgeMethods as readonly string[]).includes(method)) throw methodNotAllowed();
    if (route !== undefined) return answerFromService(exchange, route, this.parts);
    this.parts.rates.takeRead(anonymous, this.parts.clientAddressOf(request));
    if (path === '/favicon.ico') {
      response.writeHead(204).end();
      return;
    }
    if (path !== '/' && !this.docs.has(path)) throw nothingHere();
    if (method !== 'GET' && method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD');
      throw methodNotAllowed();
    }
    if (this.docs.has(path)) return this.docs.send(path, request, response);
    sendLandingPage(request, response, {
      externalUrl,
      descriptions: directory.descriptions(),
    });
  }

  private refuse(exchange: Exchange, thrown: unknown): void {
    const { request, response, description, requestId, signal } = exchange;
    if (signal.aborted) {
      response.destroy();
      return;
    }
    // A client that was refused its `100 Continue` may send a body or not: only closing tells the next request apart.
    if (exchange.expectsContinue) response.setHeader('connection', 'close');
    const error = refuse(request, response, thrown, { description, requestId });
    if (error.kind === 'internal') {
      this.parts.log.error({ 'request.id': requestId, err: error.cause ?? error }, 'request failed');
    }
  }

  private leaveBody({ request, response, expectsContinue }: Exchange): void {
    if (expectsContinue) return;
    discardUnreadBody(request, response, this.parts.limits);
  }

  private written(
    request: IncomingMessage,
    response: ServerResponse,
    { requestId, service, path }: Hit,
    startedAt: number,
    aborted: boolean,
  ): void {
    const milliseconds = performance.now() - startedAt;
    const method = request.method ?? '';
    const status = response.statusCode;
    this.parts.meter.finished({ service, method, status, seconds: milliseconds / 1000 });
    const clientAddress = this.parts.clientAddressOf(request);
    this.parts.requests.answered({ requestId, method, path, status, clientAddress, service, milliseconds, aborted });
  }
}
