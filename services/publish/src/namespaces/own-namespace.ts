import type { AuditActor } from '@waybill/audit';
import type { Principal } from '@waybill/domain';
import type { EntityManager } from 'typeorm';
import { assertStillMay } from '../decided-again/decided-again.rules.js';
import { namespaceNotFound } from './namespace-changes.js';
import type { NamespaceEntity } from './namespace.entity.js';
import type { NamespaceRepository } from './namespace.repository.js';

/** Who wants something of a claim of theirs. */
export interface NamespaceWish {
  readonly caller: Principal;
  readonly by: AuditActor;
}

/** Locks a claim, for who administers the organization that has it now. Errors: `not-found`, `forbidden`. */
export async function lockOwn(
  namespaces: NamespaceRepository,
  manager: EntityManager,
  { namespaceId, caller }: { readonly namespaceId: string; readonly caller: Principal },
): Promise<NamespaceEntity> {
  const namespace = await namespaces.lock(manager, namespaceId);
  if (namespace === null) throw namespaceNotFound();
  assertStillMay(caller, 'admin', { kind: 'organization', organizationId: namespace.organizationId });
  return namespace;
}
