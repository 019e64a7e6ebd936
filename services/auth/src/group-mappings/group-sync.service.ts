import { Injectable } from '@nestjs/common';
import type { OrganizationId, UserId } from '@waybill/domain';
import type { EntityManager } from 'typeorm';
import type { ExternalIdentity, IdentityProvider } from '../external-identities/external-identity.js';
import { OrganizationsRepository } from '../organizations/organizations.repository.js';
import { GrantsChangedAnnouncer } from '../users/grants-changed.announcer.js';
import { FollowedMembershipsRepository } from './followed-memberships.repository.js';
import { FollowedPlaces } from './followed-places.service.js';
import { GroupMappingsRepository } from './group-mappings.repository.js';
import type { MappedPlace } from './group-sync.rules.js';
import { placesOf } from './group-sync.rules.js';

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
    private readonly followed: FollowedMembershipsRepository,
    private readonly places: FollowedPlaces,
    private readonly organizations: OrganizationsRepository,
    private readonly grantsChanged: GrantsChangedAnnouncer,
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
    const given = () => this.mappings.matching(manager, provider, groups.slice(0, maxGroups));
    const followed = userId === undefined ? [] : await this.followed.of(manager, userId, [provider]);
    const ids = [...(await given()), ...followed].map(({ organizationId }) => organizationId);
    const locked = await this.organizations.share(manager, [...new Set(ids)]);
    // A mapping may have gone while the locks were waited for; from now on none does.
    const places = placesOf(await given()).filter(({ organizationId }) => locked.has(organizationId));
    return { provider, places, locked };
  }

  /** The same for whoever is in no group of these systems any more. */
  async prepareEnd(
    manager: EntityManager,
    userId: UserId,
    providers: readonly IdentityProvider[],
  ): Promise<readonly GroupPlaces[]> {
    const followed = await this.followed.of(manager, userId, providers);
    const locked = await this.organizations.share(manager, [...new Set(followed.map((one) => one.organizationId))]);
    return providers.map((provider) => ({ provider, places: [], locked }));
  }

  /** The user's row is locked. Within `CredentialChanges.run`, so that what ends has ended at every gateway. */
  async follow(manager: EntityManager, userId: UserId, { provider, places, locked }: GroupPlaces): Promise<void> {
    const known = await this.followed.of(manager, userId, [provider]);
    // What was followed elsewhere a moment ago waits for the next sign-in.
    const followed = known.filter(({ organizationId }) => locked.has(organizationId));
    let changed = false;
    for (const place of places) {
      const before = followed.find(({ organizationId }) => organizationId === place.organizationId);
      changed = (await this.places.enter(manager, { userId, provider }, place, before)) || changed;
    }
    for (const before of followed) {
      if (places.some(({ organizationId }) => organizationId === before.organizationId)) continue;
      await this.places.leave(manager, before, 'group');
      changed = true;
    }
    if (changed) await this.grantsChanged.announce(manager, userId);
  }
}
