import type { Action } from '@waybill/domain';
import { actions } from '@waybill/domain';

/** Named sets of actions that are given on an organization, a repository, a package or a name pattern. */
export const grantRoles = ['reader', 'publisher', 'maintainer', 'admin'] as const;
export type GrantRole = (typeof grantRoles)[number];

const actionsOfGrantRole: Record<GrantRole, readonly Action[]> = {
  /** Installs. */
  reader: ['read'],
  /** Publishes new versions and describes them; takes nothing away. */
  publisher: ['read', 'publish', 'metadata'],
  /** Looks after what is published: takes back, restores, approves what is held. */
  maintainer: ['read', 'publish', 'metadata', 'yank', 'delete', 'restore', 'review-findings', 'approve'],
  /** Everything, other people's access included. */
  admin: actions,
};

export function actionsOfGrant(role: GrantRole): readonly Action[] {
  return actionsOfGrantRole[role];
}

/** The named set that has exactly these actions; null when none has. */
export function grantRoleOf(given: readonly Action[]): GrantRole | null {
  const wanted = new Set(given);
  const found = grantRoles.find(
    (role) => actionsOfGrant(role).length === wanted.size && actionsOfGrant(role).every((action) => wanted.has(action)),
  );
  return found ?? null;
}
