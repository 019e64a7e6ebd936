import type { OrganizationId, Principal, Role } from '@waybill/domain';
import { actionsOf, can, DomainError } from '@waybill/domain';
import { requireMayGive } from '../grants/giving.rules.js';
import { anyPackageOf, roleIn } from '../organizations/organization.rules.js';

/** More would make every introspection slow. */
export const maxOrganizationsPerUser = 1000;

/**
 * Whether the caller names whomever they like. Everybody else names members, and invites others: whether there is such a
 * person is told to nobody (security.md A6), and nobody is put anywhere without a yes of theirs.
 */
export function mayNameAnybody(caller: Principal): boolean {
  return can(caller, 'admin', { kind: 'installation' }).allowed;
}

/** The roles before and after; undefined before it begins and after it ends. */
export interface MembershipChange {
  readonly from: Role | undefined;
  readonly to: Role | undefined;
}

/**
 * Only owners make owners, or unmake them, and nobody gives or takes a role that may do more than they: an administrator
 * cannot rise by their own hand. Throws `forbidden` `membership.owners-only` | `grant.beyond-own`.
 */
export function requireMayChange(caller: Principal, organizationId: OrganizationId, change: MembershipChange): void {
  const isOfOwner = change.from === 'owner' || change.to === 'owner';
  const isInstallationAdmin = caller.kind !== 'anonymous' && caller.installationAdmin;
  if (isOfOwner && !isInstallationAdmin && roleIn(caller, organizationId) !== 'owner') {
    throw new DomainError('forbidden', 'membership.owners-only', 'Only an owner can add, change or remove an owner.');
  }
  const everything = [{ kind: 'organization' as const, organizationId }, anyPackageOf(organizationId)];
  for (const role of [change.from, change.to]) if (role) requireMayGive(caller, actionsOf(role), everything);
}

/** Throws `conflict` when the change would leave the organization without an owner who can sign in. */
export function requireOwnerLeft(change: MembershipChange, hasOther: boolean): void {
  if (change.from !== 'owner' || change.to === 'owner' || hasOther) return;
  throw new DomainError('conflict', 'membership.last-owner', 'An organization keeps at least one owner.');
}
