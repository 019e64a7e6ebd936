import type { OrganizationId, Principal, Role } from '@waybill/domain';
import { DomainError } from '@waybill/domain';

/** The roles before and after; undefined before it begins and after it ends. */
export interface MembershipChange {
  readonly from: Role | undefined;
  readonly to: Role | undefined;
}

/** Only owners make owners, or unmake them: an administrator cannot rise by their own hand. Throws `forbidden`. */
export function requireMayChange(caller: Principal, organizationId: OrganizationId, change: MembershipChange): void {
  if (change.from !== 'owner' && change.to !== 'owner') return;
  if (caller.kind !== 'anonymous') {
    const isOwner = caller.grants.some(
      (grant) => grant.kind === 'organization' && grant.organizationId === organizationId && grant.role === 'owner',
    );
    if (caller.installationAdmin || isOwner) return;
  }
  throw new DomainError('forbidden', 'membership.owners-only', 'Only an owner can add, change or remove an owner.');
}

/** Throws `conflict` when the change would leave the organization without an owner. */
export function requireOwnerLeft(change: MembershipChange, ownersBefore: number): void {
  if (change.from !== 'owner' || change.to === 'owner' || ownersBefore > 1) return;
  throw new DomainError('conflict', 'membership.last-owner', 'An organization keeps at least one owner.');
}
