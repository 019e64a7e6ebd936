import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import type { BlobReplyOptions } from './blob-reply.js';
import { BlobReply } from './blob-reply.js';
import { asHttpError } from './domain-error.filter.js';
import { edgeContextOf } from './edge-context.js';
import type { ErrorDialect } from './error-dialect.js';
import { dialectFor, isManagementTarget, renderError } from './error-dialect.js';
import { maxTargetBytes } from './request-target.js';
import { formsKey } from './route-declaration.js';
import { strictJsonBody } from './strict-json-body.js';
import { maxInlineBytes } from './wire-codec.js';

export interface RegisteredRoute {
  readonly method: string;
  readonly path: string;
  readonly config: Readonly<Record<string, unknown>>;
}

/** The second is JSON merge patch (RFC 7396). */
const jsonMediaTypes = ['application/json', 'application/merge-patch+json'];

const registeredRoutes = new WeakMap<object, RegisteredRoute[]>();
const blobReplies = new WeakMap<object, BlobReplyOptions>();

export interface EdgeAdapterOptions {
  /** Brings the spellings of one target to one form before routing, and so before authorization. */
  readonly canonicalTarget?: (target: string) => string;
}

/** The Fastify adapter that every service behind the gateway is made with; its errors speak `dialect` from the first byte. */
export function edgeFastifyAdapter(dialect: ErrorDialect, options: EdgeAdapterOptions = {}): FastifyAdapter {
  const canonicalTarget = options.canonicalTarget ?? ((target: string) => target);
  const adapter = new FastifyAdapter({
    logger: false,
    bodyLimit: maxInlineBytes,
    exposeHeadRoutes: true,
    requestIdHeader: false,
    rewriteUrl: (request: { readonly url?: string | undefined }) => canonicalTarget(request.url ?? '/'),
    routerOptions: { maxParamLength: maxTargetBytes },
    frameworkErrors: (thrown: unknown, request: FastifyRequest, reply: FastifyReply) => {
      const { error, status } = asHttpError(thrown);
      const { requestId, rawTarget } = edgeContextOf(request);
      const rendered = renderError(dialectFor(rawTarget, dialect), error, requestId, status);
      void reply.status(rendered.status).headers(rendered.headers).send(rendered.body);
    },
  });
  const fastify = adapter.getInstance();
  const routes: RegisteredRoute[] = [];
  registeredRoutes.set(fastify, routes);
  fastify.addHook('onRoute', (route) => {
    remember(route, routes);
  });
  fastify.addHook('preSerialization', (request, reply, payload, done) => {
    if (payload instanceof BlobReply) {
      blobReplies.set(request.raw, payload.options);
      reply.serializer(() => '');
    }
    done(null, payload);
  });
  for (const mediaType of jsonMediaTypes) {
    adapter.useBodyParser(mediaType, false, { bodyLimit: maxInlineBytes }, strictJsonBody);
  }
  // Bodies that are neither JSON nor a form reach the handler as bytes.
  fastify.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => {
    done(null, body);
  });
  // The management API reads JSON and nothing else, but for a route that a standard has forms for.
  fastify.addHook('preParsing', (request, _reply, payload, done) => {
    const type = request.headers['content-type'];
    const isRead = type === undefined || isJson(type) || (isForm(type) && takesForms(request));
    done(isRead || !isManagementTarget(edgeContextOf(request).rawTarget) ? null : notJson(), payload);
  });
  return adapter;
}

/** What a handler returned with `blobReply`, by the raw request it answered. */
export function blobReplyOf(raw: object): BlobReplyOptions | undefined {
  return blobReplies.get(raw);
}

export function routesOf(fastify: object): readonly RegisteredRoute[] {
  return registeredRoutes.get(fastify) ?? [];
}

function isJson(contentType: string): boolean {
  return jsonMediaTypes.includes(mediaTypeOf(contentType));
}

function isForm(contentType: string): boolean {
  return mediaTypeOf(contentType) === 'application/x-www-form-urlencoded';
}

function mediaTypeOf(contentType: string): string {
  return contentType.split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

function takesForms(request: FastifyRequest): boolean {
  const config: unknown = request.routeOptions.config;
  return typeof config === 'object' && config !== null && formsKey in config;
}

function notJson(): Error {
  return Object.assign(new Error('A body is JSON here, and its Content-Type says so.'), { statusCode: 415 });
}

function remember(route: RouteOptions, routes: RegisteredRoute[]): void {
  const config: Record<string, unknown> = { ...route.config };
  for (const method of [route.method].flat()) routes.push({ method, path: route.url, config });
}
