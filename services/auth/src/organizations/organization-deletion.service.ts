import { Injectable } from '@nestjs/common';
import type { AuditActor } from '@waybill/audit';
import { AuditTrail } from '@waybill/audit';
import { organizationUsage } from '@waybill/contracts';
import type { OrganizationId, Principal } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import { RequestClient } from '@waybill/messaging';
import type { EntityManager } from 'typeorm';
import { CredentialChanges } from '../credential-changes/credential-changes.js';
import { TrustedPublisherEnds } from '../trusted-publishers/trusted-publisher-ends.js';
import { affectedLimit, OrganizationAnnouncer } from './organization-announcer.js';
import { requireOwner } from './organization.rules.js';
import { OrganizationsRepository } from './organizations.repository.js';

export interface DeletionWish {
  readonly by: AuditActor;
  readonly caller: Principal;
  readonly organizationId: OrganizationId;
  /** The name, repeated by whoever means it. */
  readonly confirm: string;
  readonly requireVersion: (version: number) => void;
}

@Injectable()
export class OrganizationDeletionService {
  constructor(
    private readonly organizations: OrganizationsRepository,
    private readonly publishers: TrustedPublisherEnds,
    private readonly announcer: OrganizationAnnouncer,
    private readonly audit: AuditTrail,
    private readonly changes: CredentialChanges,
    private readonly requests: RequestClient,
  ) {}

  /**
   * Deletes an organization that owns nothing, with its memberships, teams, grants and trusted publishers; its name stays taken. Throws
   * `forbidden` `organization.owners-only`, `invalid` `organization.confirm`, `conflict` `organization.not-empty`, and
   * `unavailable` while nobody can say what it owns.
   */
  async delete({ by, caller, organizationId, confirm, requireVersion }: DeletionWish): Promise<void> {
    requireOwner(caller, organizationId);
    const { repositories, packages } = await this.requests.ask(organizationUsage, { organizationId });
    await this.changes.run(async (manager) => {
      const organization = await this.organizations.lock(manager, organizationId);
      requireVersion(organization.version);
      if (confirm !== organization.name) throw unconfirmed();
      await this.publishers.ofOrganization(manager, by, organizationId);
      const serviceAccounts = await this.organizations.countServiceAccounts(manager, organizationId);
      if (repositories + packages + serviceAccounts > 0) throw notEmpty({ repositories, packages, serviceAccounts });
      await this.#record(manager, by, organizationId, organization.name);
      const affected = await this.organizations.usersOf(manager, organizationId, affectedLimit);
      await this.organizations.remove(manager, organization);
      const last = { organizationId, name: organization.name, version: organization.version + 1 };
      await this.announcer.changed(manager, last, { affected, deleted: true });
    });
  }

  async #record(manager: EntityManager, by: AuditActor, organizationId: OrganizationId, name: string): Promise<void> {
    await this.audit.record(manager, by, {
      action: 'organization.delete',
      subject: `organization:${organizationId}`,
      organizationId,
      details: { before: { name }, after: null },
    });
  }
}

function unconfirmed(): DomainError {
  const message = 'Repeat the name of the organization to delete it.';
  return new DomainError('invalid', 'organization.confirm', message, {
    details: { errors: [{ field: 'body.confirm', code: 'organization.confirm', message }] },
  });
}

function notEmpty(owned: Readonly<Record<string, number>>): DomainError {
  return new DomainError(
    'conflict',
    'organization.not-empty',
    'It still owns repositories, packages or service accounts: delete them or give them away first. What can be restored counts.',
    { details: { ...owned } },
  );
}
