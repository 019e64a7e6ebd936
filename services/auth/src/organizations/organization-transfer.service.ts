import { Injectable } from '@nestjs/common';
import type { AuditActor } from '@waybill/audit';
import { AuditTrail } from '@waybill/audit';
import type { OrganizationId, Principal, UserId } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import type { EntityManager } from 'typeorm';
import { CredentialChanges } from '../credential-changes/credential-changes.js';
import { MembershipsRepository } from '../memberships/memberships.repository.js';
import { UsersRepository } from '../users/users.repository.js';
import { OrganizationAnnouncer } from './organization-announcer.js';
import type { OrganizationEntity } from './organization.entity.js';
import { requireOwner } from './organization.rules.js';
import { OrganizationsRepository } from './organizations.repository.js';

export interface TransferWish {
  readonly by: AuditActor;
  readonly caller: Principal;
  readonly organizationId: OrganizationId;
  /** A member, who becomes an owner. */
  readonly username: string;
}

@Injectable()
export class OrganizationTransferService {
  constructor(
    private readonly organizations: OrganizationsRepository,
    private readonly memberships: MembershipsRepository,
    private readonly users: UsersRepository,
    private readonly announcer: OrganizationAnnouncer,
    private readonly audit: AuditTrail,
    private readonly changes: CredentialChanges,
  ) {}

  /**
   * The member becomes an owner and the caller an admin, at once. Throws `forbidden`, `not-found` `membership.not-found`,
   * `conflict` `organization.owner-already`, `organization.not-owner` when it was transferred meanwhile, or
   * `organization.no-second-factor` for a member who would have nothing from it.
   */
  async transfer({ by, caller, organizationId, username }: TransferWish): Promise<void> {
    requireOwner(caller, organizationId);
    const from = caller.kind === 'anonymous' ? undefined : caller.userId;
    await this.changes.run(async (manager) => {
      const organization = await this.organizations.lock(manager, organizationId);
      const owner = from && (await this.memberships.find(manager, { organizationId, userId: from }));
      // Read again under the lock: of many transfers at a time one finds its caller an owner.
      if (owner?.role !== 'owner') throw notOwner();
      const to = await this.#successor(manager, organization, username.toLowerCase());
      await this.memberships.changeRole(manager, { organizationId, userId: to }, 'owner');
      await this.memberships.changeRole(manager, owner, 'admin');
      const after = await this.organizations.change(manager, organization, {});
      await this.announcer.changed(manager, after, { affected: [owner.userId, to] });
      await this.audit.record(manager, by, {
        action: 'organization.transfer',
        subject: `organization:${organizationId}`,
        organizationId,
        details: { before: { owner: owner.userId }, after: { owner: to } },
      });
    });
  }

  async #successor(manager: EntityManager, organization: OrganizationEntity, username: string): Promise<UserId> {
    const { organizationId, twoFactorRequired } = organization;
    const user = await this.users.findByUsername(username, manager);
    const membership = user && (await this.memberships.find(manager, { organizationId, userId: user.userId }));
    if (membership === undefined || user === undefined || user.suspended) {
      throw new DomainError('not-found', 'membership.not-found', 'They are not a member.');
    }
    if (membership.role === 'owner') {
      throw new DomainError('conflict', 'organization.owner-already', 'They are an owner already.');
    }
    if (twoFactorRequired && user.twoFactorEnabledAt === null) {
      throw new DomainError(
        'conflict',
        'organization.no-second-factor',
        'They have no second factor, which this organization requires.',
      );
    }
    return user.userId;
  }
}

function notOwner(): DomainError {
  return new DomainError('conflict', 'organization.not-owner', 'You are not an owner of this organization any more.');
}
