import { Injectable } from '@nestjs/common';
import { AuditTrail } from '@waybill/audit';
import type { DataOf, EventEnvelope } from '@waybill/contracts';
import { packageRolesInherited } from '@waybill/contracts';
import type { Action, UserId } from '@waybill/domain';
import { OnEvent } from '@waybill/messaging';
import { CredentialChanges } from '../credential-changes/credential-changes.js';
import { KnownRepositoriesRepository } from '../known-repositories/known-repositories.repository.js';
import { OrganizationAnnouncer } from '../organizations/organization-announcer.js';
import { OrganizationsRepository } from '../organizations/organizations.repository.js';
import type { InheritedRoleEntity } from './inherited-role.entity.js';
import { InheritedRolesRepository } from './inherited-roles.repository.js';

/** Gives people on packages what `publish` says that their source gives them, and takes what it gives no more (ADR 0050). */
@Injectable()
export class InheritedRolesConsumer {
  constructor(
    private readonly roles: InheritedRolesRepository,
    private readonly repositories: KnownRepositoriesRepository,
    private readonly organizations: OrganizationsRepository,
    private readonly announcer: OrganizationAnnouncer,
    private readonly audit: AuditTrail,
    private readonly changes: CredentialChanges,
  ) {}

  @OnEvent(packageRolesInherited)
  async onInherited({ data, aggregateversion }: EventEnvelope<DataOf<typeof packageRolesInherited>>): Promise<void> {
    const { packagePurl, people } = data;
    const { repositoryId, organizationId } = data.repository;
    const on = { repositoryId, packagePurl };
    await this.changes.run(async (manager) => {
      const organization = await this.organizations.lockIfThere(manager, organizationId);
      if (organization === undefined) return;
      const known = await this.repositories.find(repositoryId, manager);
      // It went to another organization after this was said: what the old one's sources give is over.
      if (known !== undefined && known.organizationId !== organizationId) return;
      if (!(await this.roles.learn(manager, on, aggregateversion))) return;
      const before = await this.roles.on(manager, on);
      const after = await this.roles.actionsOf(manager, people);
      const affected = affectedBy(before, after);
      if (affected.length === 0) return;
      await this.roles.replace(manager, { ...on, organizationId }, after);
      await this.announcer.accessChanged(manager, organization, affected);
      await this.audit.record(
        manager,
        { actor: 'publish' },
        {
          action: 'grant.change',
          subject: `package:${repositoryId}/${packagePurl}`,
          organizationId,
          details: { because: 'source', people: after.size, before: before.length },
        },
      );
    });
  }
}

function affectedBy(before: readonly InheritedRoleEntity[], after: ReadonlyMap<UserId, readonly Action[]>): UserId[] {
  const had = new Map(before.map(({ userId, actions }) => [userId, actions]));
  const users = new Set([...had.keys(), ...after.keys()]);
  return [...users].filter((user) => textOf(had.get(user)) !== textOf(after.get(user)));
}

function textOf(actions: readonly Action[] = []): string {
  return actions.toSorted().join(' ');
}
