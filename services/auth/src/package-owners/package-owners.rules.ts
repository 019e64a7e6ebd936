import type { Action, Principal, Resource } from '@waybill/domain';
import { can, DomainError } from '@waybill/domain';

/** What owning a package gives to whoever was made an owner of it. */
export const ownerActions: readonly Action[] = ['read', 'publish', 'metadata', 'manage-access'];

/** An owner as the table has it. */
export interface KnownOwner {
  readonly userId: string;
  readonly username: string;
  readonly suspended: boolean;
  readonly granted: boolean;
}

type PackageResource = Extract<Resource, { kind: 'package' }>;

/**
 * The caller with what owning the package gives them, so that `can()` decides and a token's scopes still bound it (A4).
 * A first publisher may manage owners only as long as their role lets them publish: who left has left.
 */
export function withOwnership(caller: Principal, owners: readonly KnownOwner[], resource: PackageResource): Principal {
  if (caller.kind === 'anonymous') return caller;
  const own = owners.find((owner) => owner.userId === caller.userId && !owner.suspended);
  if (own === undefined) return caller;
  if (!own.granted && !can({ ...caller, kind: 'user' } as Principal, 'publish', resource).allowed) return caller;
  const { repositoryId, purl } = resource;
  return {
    ...caller,
    grants: [...caller.grants, { kind: 'packages', repositoryId, purls: [purl], actions: ownerActions }],
  };
}

/** Throws `conflict` `owners.changed-meanwhile` when these are not the owners that the caller has read. */
export function requireUnchanged(owners: readonly KnownOwner[], expected: readonly string[]): void {
  const read = new Set(expected.map((username) => username.toLowerCase()));
  if (owners.length === read.size && owners.every(({ username }) => read.has(username))) return;
  throw new DomainError(
    'conflict',
    'owners.changed-meanwhile',
    'The owners were changed meanwhile: look at them and try again.',
  );
}

/** A suspended owner is none that counts. Throws `invalid` `owners.empty`. */
export function requireOwnerLeft(owners: readonly Pick<KnownOwner, 'suspended'>[]): void {
  if (owners.some(({ suspended }) => !suspended)) return;
  throw new DomainError('invalid', 'owners.empty', 'A package keeps at least one owner who is not suspended.');
}
