import type { AuditActor } from '@waybill/audit';
import { actorOfPrincipal } from '@waybill/audit';
import type { Principal } from '@waybill/domain';

/** Who is held responsible for a change that an adapter asks for. */
export function auditActorOf(request: {
  readonly principal: Principal;
  readonly requestId?: string | null | undefined;
}): AuditActor {
  const { requestId } = request;
  return {
    ...actorOfPrincipal(request.principal),
    ...(requestId === null || requestId === undefined ? {} : { requestId }),
  };
}
