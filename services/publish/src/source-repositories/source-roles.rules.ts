import type { Action, Principal, Resource, TokenScope } from '@waybill/domain';
import { actions, can, DomainError } from '@waybill/domain';

/** What somebody is in a source repository, least first, as forges call it. */
export const sourceRoles = ['read', 'write', 'maintain'] as const;
export type SourceRole = (typeof sourceRoles)[number];

const actionsOf: Record<SourceRole, readonly Action[]> = {
  read: ['read'],
  write: ['read', 'publish', 'metadata'],
  maintain: ['read', 'publish', 'metadata', 'yank', 'delete', 'restore'],
};

/** What it gives on a package that inherits roles: never other people's access, nor a decision on what is held. */
export function actionsOfSourceRole(role: SourceRole): readonly Action[] {
  return actionsOf[role];
}

const everyScope: readonly TokenScope[] = [{ actions, on: { kind: 'everything' } }];

/**
 * Nobody lets a source give what they may not do themselves (security.md A8). A token acts for its owner here: what it may do is
 * to manage access, which its own scopes say. Errors: `forbidden` `source.beyond-own`.
 */
export function assertMayLetGive(caller: Principal, resource: Resource): void {
  const owner: Principal = caller.kind === 'token' ? { ...caller, scopes: everyScope, ceilings: [] } : caller;
  if (actionsOf.maintain.every((action) => can(owner, action, resource).allowed)) return;
  throw new DomainError(
    'forbidden',
    'source.beyond-own',
    'A source gives no more than you may do yourself: reading, publishing, describing, yanking, deleting, restoring.',
  );
}
