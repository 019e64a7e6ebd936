import type { Principal, UserId } from '@waybill/domain';
import { actorOf } from '@waybill/domain';
import { callerOf, edgeContextOf } from '@waybill/edge';
import type { FastifyRequest } from 'fastify';

/** Who is held responsible for a change, and where the request came from. */
export interface AuditActor {
  /** `user:<id>`, `token:<id>`, `anonymous`, or the part of the installation that acts by itself (`policy`, `scanner`). */
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
