import type { Role } from '@waybill/domain';
import { DomainError, roles } from '@waybill/domain';

/** npm's word for a role: a member is its `developer`; it has no word for a reader. */
export function npmRoleOf(role: Role): string {
  return role === 'member' ? 'developer' : role;
}

/** Errors: `invalid` `npm.role`. */
export function roleNamed(text: string): Role {
  const role = roles.find((candidate) => candidate === text || npmRoleOf(candidate) === text);
  if (role !== undefined) return role;
  throw new DomainError('invalid', 'npm.role', 'A role is owner, admin, developer (or member), auditor, or reader.');
}
