import { Injectable } from '@nestjs/common';
import { organizationChanged } from '@waybill/contracts';
import type { UserId } from '@waybill/domain';
import { Outbox } from '@waybill/messaging';
import type { EntityManager } from 'typeorm';
import { CredentialChanges, maxNamedUsers } from '../credential-changes/credential-changes.js';
import { GrantsChangedAnnouncer } from '../users/grants-changed.announcer.js';
import type { OrganizationEntity } from './organization.entity.js';
import { OrganizationsRepository } from './organizations.repository.js';

/** Who asks for users that are affected by something asks for one more than can be named, to know that there are more. */
export const affectedLimit = maxNamedUsers + 1;

/** Tells what changed of an organization, and every gateway whose access is another one now (security.md A11). */
@Injectable()
export class OrganizationAnnouncer {
  constructor(
    private readonly organizations: OrganizationsRepository,
    private readonly grantsChanged: GrantsChangedAnnouncer,
    private readonly changes: CredentialChanges,
    private readonly outbox: Outbox,
  ) {}

  /** A new version of the organization; `affected`: whose access it changes, found with `affectedLimit`. */
  async changed(
    manager: EntityManager,
    organization: Pick<OrganizationEntity, 'organizationId' | 'name' | 'version'>,
    { affected, deleted = false }: { readonly affected: readonly UserId[]; readonly deleted?: boolean },
  ): Promise<void> {
    const { organizationId, name, version } = organization;
    const accessChanged = affected.length > maxNamedUsers;
    if (accessChanged) this.changes.changedEverybody();
    else await this.grantsChanged.announceAll(manager, affected);
    await this.outbox.append(manager, organizationChanged, {
      aggregate: organizationId,
      aggregateVersion: version,
      data: { organizationId, name, deleted, accessChanged },
    });
  }

  /** The access of these users changed, found with `affectedLimit`; the organization itself did not. It is locked. */
  async accessChanged(
    manager: EntityManager,
    organization: OrganizationEntity,
    affected: readonly UserId[],
  ): Promise<void> {
    if (affected.length <= maxNamedUsers) return this.grantsChanged.announceAll(manager, affected);
    await this.changed(manager, await this.organizations.change(manager, organization, {}), { affected });
  }
}
