import { Injectable } from '@nestjs/common';
import type { AuditedAction } from '@waybill/audit';
import { AuditTrail } from '@waybill/audit';
import type { OrganizationId, UserId } from '@waybill/domain';
import type { EntityManager } from 'typeorm';
import type { ExternalIdentity, IdentityProvider } from '../external-identities/external-identity.js';
import { MembershipsRepository } from '../memberships/memberships.repository.js';
import { OrganizationsRepository } from '../organizations/organizations.repository.js';
import { PackageOwnersRepository } from '../package-owners/package-owners.repository.js';
import { GrantsChangedAnnouncer } from '../users/grants-changed.announcer.js';
import type { FollowedMembershipEntity } from './followed-membership.entity.js';
import { GroupMappingsRepository } from './group-mappings.repository.js';
import type { MappedPlace } from './group-sync.rules.js';
import { followsRole, placesOf } from './group-sync.rules.js';

const maxGroups = 1000;

/** What groups give, and the organizations that are locked for it. */
export interface GroupPlaces {
  readonly provider: ExternalIdentity['provider'];
  readonly places: readonly MappedPlace[];
  readonly locked: ReadonlySet<OrganizationId>;
}

/** Memberships and teams follow the groups of another system, at every sign-in. What people gave by hand stays. */
@Injectable()
export class GroupSync {
  constructor(
    private readonly mappings: GroupMappingsRepository,
    private readonly memberships: MembershipsRepository,
    private readonly organizations: OrganizationsRepository,
    private readonly ownerships: PackageOwnersRepository,
    private readonly grantsChanged: GrantsChangedAnnouncer,
    private readonly audit: AuditTrail,
  ) {}

  /**
   * What somebody's groups give them now, in organizations that are locked by it: before the user's row is, which is the order
   * that everybody keeps to. `userId` is undefined for whoever has no account yet.
   */
  async prepare(
    manager: EntityManager,
    userId: UserId | undefined,
    { provider, groups }: Pick<ExternalIdentity, 'provider' | 'groups'>,
  ): Promise<GroupPlaces> {
    const places = placesOf(await this.mappings.matching(manager, provider, groups.slice(0, maxGroups)));
    const followed = userId === undefined ? [] : await this.mappings.followedOf(manager, userId, provider);
    const ids = [...places, ...followed].map(({ organizationId }) => organizationId);
    const locked = await this.organizations.share(manager, [...new Set(ids)]);
    return { provider, places: places.filter(({ organizationId }) => locked.has(organizationId)), locked };
  }

  /** The same for whoever is in no group of these systems any more. */
  async prepareEnd(
    manager: EntityManager,
    userId: UserId,
    providers: readonly IdentityProvider[],
  ): Promise<readonly GroupPlaces[]> {
    const followed = await this.mappings.followedOf(manager, userId, ...providers);
    const locked = await this.organizations.share(manager, [...new Set(followed.map((one) => one.organizationId))]);
    return providers.map((provider) => ({ provider, places: [], locked }));
  }

  /** The user's row is locked. Within `CredentialChanges.run`, so that what ends has ended at every gateway. */
  async follow(manager: EntityManager, userId: UserId, { provider, places, locked }: GroupPlaces): Promise<void> {
    const known = await this.mappings.followedOf(manager, userId, provider);
    // What was followed elsewhere a moment ago waits for the next sign-in.
    const followed = known.filter(({ organizationId }) => locked.has(organizationId));
    let changed = false;
    for (const place of places) {
      const before = followed.find(({ organizationId }) => organizationId === place.organizationId);
      changed = (await this.#enter(manager, { userId, provider }, place, before)) || changed;
    }
    for (const before of followed) {
      if (places.some(({ organizationId }) => organizationId === before.organizationId)) continue;
      await this.#leave(manager, before);
      changed = true;
    }
    if (changed) await this.grantsChanged.announce(manager, userId);
  }

  async #enter(
    manager: EntityManager,
    { userId, provider }: Pick<FollowedMembershipEntity, 'userId' | 'provider'>,
    { organizationId, role, teamIds }: MappedPlace,
    before: FollowedMembershipEntity | undefined,
  ): Promise<boolean> {
    const membership = await this.memberships.find(manager, { organizationId, userId });
    const madeMember = membership === undefined || (before?.madeMember ?? false);
    const previousTeams = before?.teamIds ?? [];
    const left = previousTeams.filter((teamId) => !teamIds.some((kept) => kept === teamId));
    const joined = teamIds.filter((teamId) => !previousTeams.includes(teamId));
    if (membership === undefined) {
      await this.memberships.insert(manager, { organizationId, userId, role });
      await this.#record(manager, 'membership.add', { userId, organizationId, details: { role } });
    } else if (membership.role !== role && followsRole(membership.role, madeMember)) {
      await this.memberships.changeRole(manager, { organizationId, userId }, role);
      const details = { from: membership.role, to: role };
      await this.#record(manager, 'membership.change', { userId, organizationId, details });
    } else if (left.length + joined.length === 0 && before !== undefined) {
      return false;
    }
    await this.mappings.leaveTeams(manager, userId, left);
    await this.mappings.joinTeams(manager, userId, joined);
    await this.mappings.saveFollowed(manager, { userId, organizationId, provider, madeMember, teamIds: [...teamIds] });
    for (const teamId of joined) {
      await this.#record(manager, 'team-member.add', { userId, organizationId, details: { teamId } });
    }
    for (const teamId of left) {
      await this.#record(manager, 'team-member.remove', { userId, organizationId, details: { teamId } });
    }
    return true;
  }

  async #leave(manager: EntityManager, followed: FollowedMembershipEntity): Promise<void> {
    const { userId, organizationId, madeMember, teamIds } = followed;
    await this.mappings.leaveTeams(manager, userId, teamIds);
    await this.mappings.forgetFollowed(manager, followed);
    const membership = await this.memberships.find(manager, { organizationId, userId });
    if (membership === undefined) return;
    if (!followsRole(membership.role, madeMember)) {
      await this.#record(manager, 'team-member.remove', { userId, organizationId, details: { teamIds } });
      return;
    }
    await this.ownerships.endGrants(manager, { organizationId, userId });
    const ended = await this.memberships.endGiven(manager, { organizationId, userId });
    await this.memberships.remove(manager, { organizationId, userId });
    const details = { from: membership.role, ...ended };
    await this.#record(manager, 'membership.remove', { userId, organizationId, details });
  }

  async #record(
    manager: EntityManager,
    action: AuditedAction,
    {
      userId,
      organizationId,
      details,
    }: { readonly userId: UserId; readonly organizationId: OrganizationId; readonly details: object },
  ): Promise<void> {
    await this.audit.record(
      manager,
      { actor: 'group-mapping' },
      { action, subject: `user:${userId}`, organizationId, details: { ...details, userId } },
    );
  }
}
