import { Inject, Injectable } from '@nestjs/common';
import type { OrganizationId } from '@waybill/domain';
import { SERVICE_CONFIG } from '@waybill/service-host';
import type { EntityManager } from 'typeorm';
import type { AuthConfig } from '../config.js';
import { CredentialChanges } from '../credential-changes/credential-changes.js';
import { OrganizationsRepository } from '../organizations/organizations.repository.js';
import { GrantsChangedAnnouncer } from '../users/grants-changed.announcer.js';
import { UsersRepository } from '../users/users.repository.js';
import type { FollowedKey } from './followed-memberships.repository.js';
import { FollowedMembershipsRepository } from './followed-memberships.repository.js';
import { FollowedPlaces } from './followed-places.service.js';

/** Memberships in one transaction. */
const batch = 100;
const maxOrganizations = 1000;

/** Memberships that follow groups end without a sign-in, too: with their mappings, and when nobody hears of the person. */
@Injectable()
export class FollowedUpkeep {
  constructor(
    private readonly followed: FollowedMembershipsRepository,
    private readonly places: FollowedPlaces,
    private readonly organizations: OrganizationsRepository,
    private readonly users: UsersRepository,
    private readonly grantsChanged: GrantsChangedAnnouncer,
    private readonly changes: CredentialChanges,
    @Inject(SERVICE_CONFIG) private readonly config: AuthConfig,
  ) {}

  /**
   * Takes what mappings gave that are gone, from as many members as one transaction takes; whether there may be more. The
   * organization is locked. Within `CredentialChanges.run`.
   */
  async settleWithin(manager: EntityManager, organizationId: OrganizationId): Promise<boolean> {
    const stale = await this.followed.stale(manager, organizationId, batch);
    for (const before of stale) await this.users.lock(manager, before.userId);
    for (const before of stale) {
      await this.places.reduce(manager, before);
      await this.grantsChanged.announce(manager, before.userId);
    }
    return stale.length === batch;
  }

  /** The same for all of the organization's members, a transaction after the other. */
  async settle(organizationId: OrganizationId): Promise<void> {
    let isMore = true;
    while (isMore) {
      isMore = await this.changes.run(async (manager) => {
        const organization = await this.organizations.lockIfThere(manager, organizationId);
        return organization !== undefined && (await this.settleWithin(manager, organizationId));
      });
    }
  }

  /** What was left over anywhere: mappings that went with their team, and what was begun and not finished. */
  async settleEverywhere(): Promise<void> {
    for (const organizationId of await this.followed.organizationsWithStale(maxOrganizations)) {
      await this.settle(organizationId);
    }
  }

  /** Ends what people have of whom the provider or the directory has said nothing for too long. */
  async endUnseen(): Promise<void> {
    const days = this.config.WAYBILL_GROUP_MEMBERSHIP_DAYS;
    if (days === 0) return;
    let isMore = true;
    while (isMore) {
      const found = await this.followed.unseen(days, batch);
      for (const key of found) await this.#endUnseen(key, days);
      isMore = found.length === batch;
    }
  }

  async #endUnseen(key: FollowedKey, days: number): Promise<void> {
    await this.changes.run(async (manager) => {
      await this.organizations.share(manager, [key.organizationId]);
      await this.users.lock(manager, key.userId);
      const followed = await this.followed.findUnseen(manager, key, days);
      if (followed === undefined) return;
      await this.places.leave(manager, followed, 'not-seen');
      await this.grantsChanged.announce(manager, key.userId);
    });
  }
}
