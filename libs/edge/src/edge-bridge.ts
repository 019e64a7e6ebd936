import { STATUS_CODES } from 'node:http';
import { Readable } from 'node:stream';
import type { Msg, NatsConnection } from '@nats-io/transport-node';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { context, ROOT_CONTEXT } from '@opentelemetry/api';
import type { BlobStore } from '@waybill/blob-storage';
import { DomainError, toDomainError } from '@waybill/domain';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Response } from 'light-my-request';
import type { EdgeContext, UploadedBody } from './edge-context.js';
import { bindEdgeContext, findResolvedResource, resolvedAction } from './edge-context.js';
import { cacheHintOf } from './cache-hint.js';
import type { EdgeDescription } from './edge-description.js';
import { blobReplyOf } from './edge-fastify-adapter.js';
import type { HeaderMap, ReplyHead, RequestHead } from './edge-message.js';
import { decodePrincipal, parseRequestHead } from './edge-message.js';
import { dialectFor, renderError } from './error-dialect.js';
import { servicesRequestHeaders, serviceReplyHeaders } from './header-filter.js';
import { inject } from './inject.js';
import { collectReply } from './reply-collector.js';
import { checkTarget } from './request-target.js';
import { assertEveryRouteDeclared } from './route-inventory.js';
import type { AnnouncedService } from './service-announcement.js';
import { announceService } from './service-announcement.js';
import { traceFromHeaders } from './trace-carrier.js';
import { decodeFrame, encodeFrame } from './wire-codec.js';

export interface EdgeBridgeOptions {
  /** Initialized (`app.init()`), made with `edgeFastifyAdapter`, not listening. */
  readonly app: NestFastifyApplication;
  readonly connection: NatsConnection;
  readonly store: BlobStore;
  /** From `describeEdge`. */
  readonly description: EdgeDescription;
  readonly version?: string;
  /** Requests in work at once; what comes on top is answered 503 at once. */
  readonly maxConcurrentRequests?: number;
  readonly onError?: (error: unknown, requestId: string) => void;
}

/** The service side of the edge: takes HTTP requests from `edge.<service>` and runs them through the Nest application. */
export class EdgeBridge {
  private readonly inWork = new Set<Promise<void>>();
  private readonly fastify: FastifyInstance;
  private announced: AnnouncedService | undefined;

  private constructor(private readonly options: EdgeBridgeOptions) {
    this.fastify = options.app.getHttpAdapter().getInstance();
  }

  /** Errors: `internal` `edge.undeclared-route` for a route without a permission. */
  static async start(options: EdgeBridgeOptions): Promise<EdgeBridge> {
    assertEveryRouteDeclared(options.app);
    const bridge = new EdgeBridge(options);
    await bridge.fastify.ready();
    bridge.announced = await announceService(options.connection, options.description, {
      version: options.version ?? '0.1.0',
      onRequest: (message) => {
        bridge.take(message);
      },
    });
    return bridge;
  }

  /** Takes nothing new, finishes what is in work (at most `withinMilliseconds`). */
  async drain(withinMilliseconds = 25_000): Promise<void> {
    await this.announced?.stop();
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, withinMilliseconds);
    });
    await Promise.race([Promise.allSettled(this.inWork), limit]);
    clearTimeout(timer);
    if (!this.options.connection.isClosed()) await this.options.connection.flush();
  }

  private take(message: Msg): void {
    const work = this.answer(message).catch((error: unknown) => {
      this.options.onError?.(error, 'unknown');
    });
    this.inWork.add(work);
    void work.finally(() => this.inWork.delete(work));
  }

  private async answer(message: Msg): Promise<void> {
    const frame = decodeFrame(message.data);
    const head = parseRequestHead(frame.head);
    if (head.deadline <= Date.now()) return;
    try {
      if (this.inWork.size > (this.options.maxConcurrentRequests ?? 2000)) throw overloaded();
      checkTarget(head.target);
      const trace = traceFromHeaders(message.headers);
      const reply = await context.with(trace ?? ROOT_CONTEXT, () => this.run(head, frame.body));
      message.respond(encodeFrame(reply.head, reply.body));
    } catch (thrown) {
      const error = toDomainError(thrown);
      if (error.kind === 'internal') this.options.onError?.(thrown, head.id);
      const { body, ...answer } = renderError(
        dialectFor(head.target, this.options.description.dialect),
        error,
        head.id,
      );
      message.respond(encodeFrame(answer satisfies ReplyHead, Buffer.from(body)));
    }
  }

  private async run(head: RequestHead, body: Buffer): Promise<{ head: ReplyHead; body: Buffer | undefined }> {
    const { raw, response } = await inject(this.fastify, {
      method: head.method,
      target: head.target,
      headers: servicesRequestHeaders(head.headers, head.upload === undefined ? body.length : 0),
      clientAddress: head.clientAddress,
      body: body.length === 0 || head.upload !== undefined ? undefined : body,
      bind: (request) => {
        bindEdgeContext(request, this.contextOf(head, body));
      },
    });
    const status = response.statusCode;
    const answer = { status, ...reasonIn(response) };
    const isHead = head.method === 'HEAD';
    const headers = serviceReplyHeaders(response.headers as HeaderMap, { keepContentLength: isHead });
    const cache = { ...cacheOf(raw, head.method, status), ...aboutOf(raw, head.method, status) };
    const blob = blobReplyOf(raw);
    if (blob !== undefined) {
      response.stream().destroy();
      delete headers['content-type'];
      delete headers['content-length'];
      return { head: { ...answer, headers, blob, ...cache }, body: undefined };
    }
    const collected = await collectReply(response.stream(), this.options.store);
    if (collected.kind === 'inline') return { head: { ...answer, headers, ...cache }, body: collected.bytes };
    return { head: { ...answer, headers, staged: collected.staged, ...cache }, body: undefined };
  }

  private contextOf(head: RequestHead, body: Buffer): EdgeContext {
    return {
      requestId: head.id,
      rawTarget: head.target,
      clientAddress: head.clientAddress,
      externalUrl: head.externalUrl,
      deadline: new Date(head.deadline),
      principal: decodePrincipal(head.principal),
      ...(head.upload === undefined ? {} : { upload: this.uploadIn(head.upload, body) }),
      ...(head.foreignBearer === undefined ? {} : { foreignBearer: head.foreignBearer }),
    };
  }

  private uploadIn({ staged, ...described }: NonNullable<RequestHead['upload']>, body: Buffer): UploadedBody {
    const { mediaType, contentEncoding } = described;
    return {
      sizeBytes: staged?.sizeBytes ?? body.length,
      staged,
      mediaType,
      contentEncoding,
      open: () =>
        staged === undefined ? Promise.resolve(Readable.from([body])) : this.options.store.openStaged(staged.key),
    };
  }
}

/** What HTTP itself says of a status is not worth telling. */
function reasonIn({ statusCode, statusMessage }: Response): Pick<ReplyHead, 'reason'> {
  return statusMessage === '' || statusMessage === STATUS_CODES[statusCode] ? {} : { reason: statusMessage };
}

/** Only whole answers to GET are worth keeping, and only what is there or is known not to be. */
function cacheOf(raw: object, method: string, status: number): Pick<ReplyHead, 'cache'> {
  const cache = cacheHintOf(raw);
  return cache !== undefined && method === 'GET' && (status === 200 || status === 404) ? { cache } : {};
}

/** What an answer that nobody keeps is about: the gateway may have heard before its service who may read that (security.md A9). */
function aboutOf(raw: FastifyRequest['raw'], method: string, status: number): Pick<ReplyHead, 'about'> {
  const isRead = (method === 'GET' || method === 'HEAD') && status < 400;
  const resource = isRead && cacheHintOf(raw) === undefined ? findResolvedResource({ raw }) : undefined;
  const isKnown = resource?.kind === 'repository' || resource?.kind === 'package';
  return isKnown && resolvedAction({ raw }) === 'read' ? { about: resource } : {};
}

function overloaded(): DomainError {
  return new DomainError('unavailable', 'service.overloaded', 'Too many requests at once; try again.', {
    retryAfterSeconds: 1,
  });
}
