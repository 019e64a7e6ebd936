import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { organizationCreated } from '@waybill/contracts';
import type { OrganizationId, Slug, UserId } from '@waybill/domain';
import { Outbox } from '@waybill/messaging';
import type { EntityManager } from 'typeorm';
import { MembershipsRepository } from '../memberships/memberships.repository.js';
import { GrantsChangedAnnouncer } from '../users/grants-changed.announcer.js';
import { OrganizationsRepository } from './organizations.repository.js';

/** Makes an organization with its first owner, within somebody's transaction. */
@Injectable()
export class OrganizationFounder {
  constructor(
    private readonly organizations: OrganizationsRepository,
    private readonly memberships: MembershipsRepository,
    private readonly grantsChanged: GrantsChangedAnnouncer,
    private readonly outbox: Outbox,
  ) {}

  async found(manager: EntityManager, name: Slug, owner: UserId, createdBy: string): Promise<OrganizationId> {
    const organizationId = randomUUID() as OrganizationId;
    await this.organizations.insert(manager, { organizationId, name });
    await this.memberships.insert(manager, { organizationId, userId: owner, role: 'owner' });
    await this.outbox.append(manager, organizationCreated, {
      aggregate: organizationId,
      aggregateVersion: 1,
      data: { organizationId, name, createdBy },
    });
    await this.grantsChanged.announce(manager, owner);
    return organizationId;
  }
}
