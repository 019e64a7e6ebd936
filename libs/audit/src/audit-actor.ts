import type { Principal, UserId } from '@waybill/domain';
import { actorOf } from '@waybill/domain';
import { callerOf, edgeContextOf } from '@waybill/edge';
import type { FastifyRequest } from 'fastify';

/** Who is held responsible for a change, and where the request came from. */
export interface AuditActor {
  /**
   * `user:<id>`, `token:<id>`, `anonymous`, the part of the installation that acts by itself (`policy`, `scanner`), or
   * `organization:<name>` in the chain of another one, which need not know its people.
   */
  readonly actor: string;
  /** The person behind the actor, where there is one. */
  readonly userId?: UserId;
  readonly requestId?: string;
  readonly clientAddress?: string;
}

export function actorOfPrincipal(principal: Principal): AuditActor {
  const actor = actorOf(principal);
  return principal.kind === 'anonymous' ? { actor } : { actor, userId: principal.userId };
}

export function actorOfRequest(request: FastifyRequest): AuditActor {
  const { requestId, clientAddress } = edgeContextOf(request);
  return { ...actorOfPrincipal(callerOf(request)), requestId, clientAddress };
}
