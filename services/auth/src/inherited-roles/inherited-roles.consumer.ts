import { Injectable } from '@nestjs/common';
import { AuditTrail } from '@waybill/audit';
import type { DataOf, EventEnvelope } from '@waybill/contracts';
import { packageRolesInherited } from '@waybill/contracts';
import type { Action, UserId } from '@waybill/domain';
import { OnEvent } from '@waybill/messaging';
import { CredentialChanges } from '../credential-changes/credential-changes.js';
import type { KnownRepositoryEntity } from '../known-repositories/known-repository.entity.js';
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
    const { packagePurl, people, repositoryVersion = 0 } = data;
    const { repositoryId, organizationId } = data.repository;
    const on = { repositoryId, packagePurl };
    await this.changes.run(async (manager) => {
      const organization = await this.organizations.lockIfThere(manager, organizationId);
      if (organization === undefined) return;
      const known = await this.repositories.find(repositoryId, manager);
      // It went to another organization after this was said: what the old one's sources give is over.
      // Or it came to this one, which is not heard yet: then it is kept, and gives something from the moment that it is.
      if (known !== undefined && known.organizationId !== organizationId && !isAhead(known, repositoryVersion)) return;
      if (!(await this.roles.learn(manager, on, aggregateversion))) return;
      const before = await this.roles.on(manager, on);
      const after = await this.roles.actionsOf(manager, organizationId, people);
      const changes = changesBetween(before, after);
      const affected = changes.map(({ userId }) => userId);
      if (affected.length === 0) return;
      await this.roles.replace(manager, { ...on, organizationId }, after);
      await this.announcer.accessChanged(manager, organization, affected);
      const subject = `package:${repositoryId}/${packagePurl}`;
      const entry = { action: 'grant.change', subject, organizationId } as const;
      for (let start = 0; start < changes.length; start += changesInEntry) {
        const changed = changes.slice(start, start + changesInEntry);
        const details = { because: 'source', changedBy: data.changedBy, changed };
        await this.audit.record(manager, { actor: 'publish' }, { ...entry, details });
      }
    });
  }
}

/** Whether the repository was told of something since what is known of it. Of what was learned by asking nobody knows. */
function isAhead({ eventVersion }: KnownRepositoryEntity, repositoryVersion: number): boolean {
  return eventVersion > 0 && repositoryVersion > eventVersion;
}

/** Everybody is named, in as many entries as it takes. */
const changesInEntry = 100;

interface Change {
  readonly userId: UserId;
  readonly before: readonly Action[];
  readonly after: readonly Action[];
}

function changesBetween(
  before: readonly InheritedRoleEntity[],
  after: ReadonlyMap<UserId, readonly Action[]>,
): Change[] {
  const had = new Map(before.map(({ userId, actions }) => [userId, actions]));
  return [...new Set([...had.keys(), ...after.keys()])]
    .map((userId) => ({ userId, before: had.get(userId) ?? [], after: after.get(userId) ?? [] }))
    .filter((change) => textOf(change.before) !== textOf(change.after));
}

function textOf(actions: readonly Action[]): string {
  return actions.toSorted().join(' ');
}
