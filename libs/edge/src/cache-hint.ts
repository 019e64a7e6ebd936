import type { Resource } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import type { FastifyRequest } from 'fastify';
import { resolvedAction, resolvedResource } from './edge-context.js';

/** What a service allows the gateways to do with an answer (architecture.md §5). */
export interface CacheHint {
  /** Surrogate keys: a purge of any of them ends the entry. */
  readonly tags: readonly string[];
  /** Who may `read` this may be given the answer. */
  readonly resource: Resource;
  /** The bytes under this target never change, but for a purge. */
  readonly immutable: boolean;
}

const hints = new WeakMap<object, CacheHint>();

/**
 * Lets the gateways keep the answer to this GET, a 200 or a 404, and give it to everybody who may read the resource that
 * `@Requires('read', …)` resolved. To be called before the handler returns or throws. Answers differ by the request header
 * fields that their `Vary` names; `Accept-Encoding` is the gateway's own business.
 * Errors: `internal` `edge.not-cacheable` on a route that requires another action.
 */
export function cacheable(
  request: Pick<FastifyRequest, 'raw'>,
  { tags, immutable = false }: { readonly tags: readonly string[]; readonly immutable?: boolean },
): void {
  if (resolvedAction(request) !== 'read') {
    throw new DomainError('internal', 'edge.not-cacheable', 'Only what requires `read` may be kept.');
  }
  hints.set(request.raw, { tags, resource: resolvedResource(request), immutable });
}

export function cacheHintOf(raw: object): CacheHint | undefined {
  return hints.get(raw);
}
