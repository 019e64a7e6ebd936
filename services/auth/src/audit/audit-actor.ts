import type { Principal, UserId } from '@waybill/domain';
import { callerOf, edgeContextOf } from '@waybill/edge';
import type { FastifyRequest } from 'fastify';

/** Who is held responsible for a change, and where the request came from. */
export interface AuditActor {
  readonly actor: string;
  readonly userId?: UserId;
  readonly requestId?: string;
  readonly clientAddress?: string;
}

export function actorOfPrincipal(principal: Principal): AuditActor {
  switch (principal.kind) {
    case 'anonymous':
      return { actor: 'anonymous' };
    case 'user':
      return { actor: `user:${principal.userId}`, userId: principal.userId };
    case 'token':
      return { actor: `token:${principal.tokenId}`, userId: principal.userId };
  }
}

export function actorOfRequest(request: FastifyRequest): AuditActor {
  const { requestId, clientAddress } = edgeContextOf(request);
  return { ...actorOfPrincipal(callerOf(request)), requestId, clientAddress };
}
