import { Injectable } from '@nestjs/common';
import { actorOfPrincipal, AuditTrail } from '@waybill/audit';
import type { OrganizationId, PackagePurl, Principal, RepositoryId, UserId } from '@waybill/domain';
import { can, DomainError } from '@waybill/domain';
import type { EntityManager } from 'typeorm';
import { CredentialChanges } from '../credential-changes/credential-changes.js';
import { mayNameAnybody } from '../memberships/membership.rules.js';
import { MembershipsRepository } from '../memberships/memberships.repository.js';
import { requireAllowed } from '../require-allowed.js';
import { GrantsChangedAnnouncer } from '../users/grants-changed.announcer.js';
import type { UserEntity } from '../users/user.entity.js';
import { UsersRepository } from '../users/users.repository.js';
import { OwnersAnnouncer } from './owners-announcer.js';
import { requireOwnerLeft, requireUnchanged, withOwnership } from './package-owners.rules.js';
import type { Owner } from './package-owners.repository.js';
import { PackageOwnersRepository } from './package-owners.repository.js';

export interface PackageTarget {
  readonly principal: Principal;
  readonly organizationId: OrganizationId;
  readonly repositoryId: RepositoryId;
  readonly packagePurl: PackagePurl;
}

export interface OwnersWish {
  readonly usernames: readonly string[];
  /** The owners that the caller has read. */
  readonly expected?: readonly string[];
}

const maxOwnersPerPackage = 200;
/** Of one organization. All of them travel with every request of their owner. */
const maxOwnedPackages = 250;
/** Of one organization that the owner is no member of. */
const maxOwnedFromOutside = 100;

@Injectable()
export class PackageOwnersService {
  constructor(
    private readonly ownerships: PackageOwnersRepository,
    private readonly users: UsersRepository,
    private readonly memberships: MembershipsRepository,
    private readonly announcer: OwnersAnnouncer,
    private readonly grantsChanged: GrantsChangedAnnouncer,
    private readonly audit: AuditTrail,
    private readonly changes: CredentialChanges,
  ) {}

  /** Throws `forbidden`, `not-found` `user.not-found`, `invalid` `owners.empty`, `conflict`. Idempotent. */
  async set(target: PackageTarget, wish: OwnersWish): Promise<{ aggregateVersion: number; usernames: string[] }> {
    const wanted = [...new Set(wish.usernames.map((username) => username.toLowerCase()))];
    return this.changes.run(async (manager) => {
      const ownership = await this.ownerships.lock(manager, target, target.organizationId);
      const before = await this.ownerships.owners(target, manager);
      requireMayManage(target, before, ownership.organizationId);
      // Nobody has counted before the first event: what the caller has read is who published.
      if (wish.expected !== undefined && ownership.eventVersion > 0) requireUnchanged(before, wish.expected);
      if (wanted.length > maxOwnersPerPackage) throw tooManyOwners();
      const kept = before.filter(({ username }) => wanted.includes(username));
      const removed = before.filter(({ username }) => !wanted.includes(username));
      const added = await this.#newOwners(manager, target, { wanted, before });
      requireOwnerLeft([...kept, ...added]);
      if (added.length + removed.length === 0) return answer(ownership.eventVersion, before);
      await this.#requireRoomFor(manager, target, added);
      await this.ownerships.remove(manager, target, idsOf(removed));
      await this.ownerships.add(manager, target, idsOf(added), true);
      const by = actorOfPrincipal(target.principal);
      const { aggregateVersion, owners } = await this.announcer.announce(manager, ownership, {
        changedBy: by.actor,
        learnedFrom: null,
      });
      // In one order everywhere, so that two changes do not wait for each other.
      for (const userId of idsOf([...added, ...removed]).toSorted()) await this.grantsChanged.announce(manager, userId);
      await this.audit.record(manager, by, {
        action: 'package-owners.change',
        subject: `package:${target.repositoryId}/${target.packagePurl}`,
        organizationId: target.organizationId,
        details: { added: idsOf(added), removed: idsOf(removed) },
      });
      return answer(aggregateVersion, owners);
    });
  }

  /**
   * People whom the caller may know of: members of the package's organization, and of any that the caller is a member of. Everybody
   * else is answered as if there was no such person (security.md A6), but to an administrator of the installation.
   */
  async #newOwners(
    manager: EntityManager,
    { principal, organizationId }: PackageTarget,
    { wanted, before }: { readonly wanted: readonly string[]; readonly before: readonly Owner[] },
  ): Promise<UserEntity[]> {
    const names = wanted.filter((name) => !before.some(({ username }) => username === name));
    const found = await this.users.findAllByUsername(manager, names);
    const active = found.filter(({ suspended }) => !suspended);
    const known = mayNameAnybody(principal)
      ? active
      : await this.#knownTo(manager, [organizationId, ...organizationsOf(principal)], active);
    if (known.length === names.length) return known;
    throw new DomainError('not-found', 'user.not-found', unknownOwner);
  }

  async #knownTo(
    manager: EntityManager,
    organizations: readonly OrganizationId[],
    users: readonly UserEntity[],
  ): Promise<UserEntity[]> {
    const members = await this.memberships.among(manager, organizations, idsOf(users));
    return users.filter(({ userId }) => members.has(userId));
  }

  async #requireRoomFor(
    manager: EntityManager,
    { organizationId }: PackageTarget,
    added: readonly UserEntity[],
  ): Promise<void> {
    const members = await this.memberships.among(manager, [organizationId], idsOf(added));
    for (const { userId } of added) {
      const limit = members.has(userId) ? maxOwnedPackages : maxOwnedFromOutside;
      if ((await this.ownerships.countGranted(manager, { organizationId, userId })) < limit) continue;
      throw new DomainError('conflict', 'owners.too-many-packages', 'They own too many packages of it already.');
    }
  }
}

const unknownOwner = `You know nobody of that name: owners are members of the package's organization, or share another one with you.`;

/** Those that they are a member of, and that a token reaches. */
function organizationsOf(principal: Principal): OrganizationId[] {
  if (principal.kind === 'anonymous') return [];
  return principal.grants.flatMap((grant) => {
    if (grant.kind !== 'organization') return [];
    const { organizationId } = grant;
    return can(principal, 'read', { kind: 'organization', organizationId }).allowed ? [organizationId] : [];
  });
}

function requireMayManage(target: PackageTarget, owners: readonly Owner[], organizationId: OrganizationId): void {
  const { repositoryId, packagePurl: purl } = target;
  const resource = { kind: 'package' as const, visibility: 'private' as const, organizationId, repositoryId, purl };
  const isSame = organizationId === target.organizationId;
  requireAllowed(withOwnership(target.principal, owners, resource), 'manage-access', {
    resource: isSame ? resource : undefined,
    what: 'That package',
  });
}

function answer(aggregateVersion: number, owners: readonly Owner[]): { aggregateVersion: number; usernames: string[] } {
  return { aggregateVersion, usernames: owners.map(({ username }) => username) };
}

function idsOf(users: readonly { readonly userId: UserId }[]): UserId[] {
  return users.map(({ userId }) => userId);
}

function tooManyOwners(): DomainError {
  return new DomainError('invalid', 'owners.too-many', `A package has at most ${maxOwnersPerPackage} owners.`);
}
