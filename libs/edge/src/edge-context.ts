import type { Readable } from 'node:stream';
import type { StagedBlob } from '@waybill/blob-storage';
import type { Action, Principal, Resource } from '@waybill/domain';
import { anonymous, DomainError } from '@waybill/domain';
import type { FastifyRequest } from 'fastify';

/** The body of an `@Upload` route: bounded, and staged and hashed by the gateway, not yet taken by anybody. */
export interface UploadedBody {
  readonly sizeBytes: number;
  /** Undefined for a small body that came along, which only happens where the route says so (`inlineBytes`). */
  readonly staged: StagedBlob | undefined;
  /** `Content-Type` and `Content-Encoding` as the client sent them; the headers themselves are gone with the body. */
  readonly mediaType: string | undefined;
  readonly contentEncoding: string | undefined;
  open(): Promise<Readable>;
}

/** What the gateway knows about a request, bound to it by the bridge and by nothing that a client could send. */
export interface EdgeContext {
  readonly requestId: string;
  /** The request target byte by byte as the client sent it, also where the service routes by another spelling. */
  readonly rawTarget: string;
  readonly clientAddress: string;
  /** Address of the installation without a trailing slash, from its configuration, never from a Host header. */
  readonly externalUrl: string;
  /** When the gateway stops waiting for the answer. */
  readonly deadline: Date;
  readonly principal: Principal;
  readonly upload?: UploadedBody;
  /** See `foreignBearerOf`. */
  readonly foreignBearer?: string;
}

type AnyRequest = Pick<FastifyRequest, 'raw'>;

// Keyed by the request object that the bridge itself made: no header, cookie or body can put an entry here.
const contexts = new WeakMap<object, EdgeContext>();
const authorized = new WeakMap<object, { readonly resource: Resource; readonly action: Action }>();
const directDeadlineMilliseconds = 30_000;

export function bindEdgeContext(raw: object, context: EdgeContext): void {
  contexts.set(raw, context);
}

/** The context of a request; one that did not come through the bridge (tests, `app.inject`) is anonymous. */
export function edgeContextOf(request: AnyRequest): EdgeContext {
  const known = contexts.get(request.raw);
  if (known !== undefined) return known;
  const made: EdgeContext = {
    requestId: 'direct',
    rawTarget: request.raw.url ?? '/',
    clientAddress: '127.0.0.1',
    externalUrl: 'http://localhost',
    deadline: new Date(Date.now() + directDeadlineMilliseconds),
    principal: anonymous,
  };
  contexts.set(request.raw, made);
  return made;
}

export function callerOf(request: AnyRequest): Principal {
  return edgeContextOf(request).principal;
}

/** The staged body of an `@Upload` route. Errors: `invalid` when the client sent none. */
export function uploadOf(request: AnyRequest): UploadedBody {
  const { upload } = edgeContextOf(request);
  if (upload === undefined) throw new DomainError('invalid', 'upload.missing', 'This request needs a body.');
  return upload;
}

/**
 * What a client brought as its bearer token on a `@ForeignBearer` route. Nobody has looked at it; it is a secret of its sender.
 * Errors: `unauthenticated` `auth.bearer-missing`.
 */
export function foreignBearerOf(request: AnyRequest): string {
  const { foreignBearer } = edgeContextOf(request);
  if (foreignBearer !== undefined) return foreignBearer;
  throw new DomainError(
    'unauthenticated',
    'auth.bearer-missing',
    'This request needs an identity token as its bearer token.',
  );
}

export function bindResolvedResource(raw: object, resource: Resource, action: Action): void {
  authorized.set(raw, { resource, action });
}

/** The resource that `@Requires` authorized: use this, never parse the path a second time (security.md A1). */
export function resolvedResource(request: AnyRequest): Resource {
  return authorizedOf(request).resource;
}

/** The same, where the route has resolved one. */
export function findResolvedResource(request: AnyRequest): Resource | undefined {
  return authorized.get(request.raw)?.resource;
}

/** What the caller was allowed to do to `resolvedResource`. */
export function resolvedAction(request: AnyRequest): Action {
  return authorizedOf(request).action;
}

function authorizedOf(request: AnyRequest): { readonly resource: Resource; readonly action: Action } {
  const found = authorized.get(request.raw);
  if (found === undefined) {
    throw new DomainError('internal', 'edge.no-resource', 'This route does not resolve a resource.');
  }
  return found;
}
