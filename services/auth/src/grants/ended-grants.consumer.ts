import { Injectable } from '@nestjs/common';
import { AuditTrail } from '@waybill/audit';
import type { DataOf, EventEnvelope } from '@waybill/contracts';
import {
  packageChanged,
  packageMoved,
  repositoryChanged,
  repositoryCreated,
  repositoryPurged,
} from '@waybill/contracts';
import type { OrganizationId, PackagePurl, RepositoryId, UserId } from '@waybill/domain';
import { OnEvent } from '@waybill/messaging';
import type { EntityManager } from 'typeorm';
import { CredentialChanges } from '../credential-changes/credential-changes.js';
import { InheritedRolesRepository } from '../inherited-roles/inherited-roles.repository.js';
import { KnownPackagesRepository } from '../known-packages/known-packages.repository.js';
import { KnownRepositoriesRepository } from '../known-repositories/known-repositories.repository.js';
import { affectedLimit, OrganizationAnnouncer } from '../organizations/organization-announcer.js';
import { OrganizationsRepository } from '../organizations/organizations.repository.js';
import { PackageOwnersRepository } from '../package-owners/package-owners.repository.js';
import { TrustedPublisherEnds } from '../trusted-publishers/trusted-publisher-ends.js';
import { GrantsRepository } from './grants.repository.js';

const by = { actor: 'publish' };

interface Place {
  readonly repositoryId: RepositoryId;
  readonly packagePurl?: PackagePurl;
  /** Only what was given until then. Owners of packages end whenever they were made: nobody knows when that was. */
  readonly givenUntil?: Date | undefined;
}

interface RepositoryNews {
  readonly repositoryId: RepositoryId;
  readonly organizationId: OrganizationId;
  readonly slug: string;
  readonly deleted: boolean;
  readonly transferredFrom: OrganizationId | null;
  readonly purged?: true;
}

interface Ending {
  readonly because: 'deleted' | 'moved' | 'transferred';
  /** Whether owners of packages end. */
  readonly owners: boolean;
  /** Whether what sources give ends, but for what they give in that organization. */
  readonly inherited: boolean | { readonly keptFor: OrganizationId };
}

/**
 * What was given on a repository or a package, also to trusted publishers, ends when it goes to another organization or is deleted (security.md T11).
 * Events come in any order and more than once: what is older than what is known changes nothing that is newer.
 */
@Injectable()
export class EndedGrantsConsumer {
  constructor(
    private readonly repositories: KnownRepositoriesRepository,
    private readonly packages: KnownPackagesRepository,
    private readonly organizations: OrganizationsRepository,
    private readonly grants: GrantsRepository,
    private readonly inherited: InheritedRolesRepository,
    private readonly ownerships: PackageOwnersRepository,
    private readonly publishers: TrustedPublisherEnds,
    private readonly announcer: OrganizationAnnouncer,
    private readonly audit: AuditTrail,
    private readonly changes: CredentialChanges,
  ) {}

  @OnEvent(repositoryCreated)
  async onCreated({ data, aggregateversion }: EventEnvelope<DataOf<typeof repositoryCreated>>): Promise<void> {
    await this.#learn({ ...data, deleted: false, transferredFrom: null }, aggregateversion);
  }

  @OnEvent(repositoryChanged)
  async onChanged({ data, aggregateversion }: EventEnvelope<DataOf<typeof repositoryChanged>>): Promise<void> {
    await this.#learn(data, aggregateversion);
  }

  @OnEvent(repositoryPurged)
  async onPurged({ data, aggregateversion }: EventEnvelope<DataOf<typeof repositoryPurged>>): Promise<void> {
    await this.#learn({ ...data, deleted: true, transferredFrom: null, purged: true }, aggregateversion);
  }

  @OnEvent(packageChanged)
  async onPackageChanged(event: EventEnvelope<DataOf<typeof packageChanged>>): Promise<void> {
    await this.#hear(event, { because: 'deleted', ends: event.data.deleted });
  }

  @OnEvent(packageMoved)
  async onPackageMoved(event: EventEnvelope<DataOf<typeof packageMoved>>): Promise<void> {
    await this.#hear(event, { because: 'moved', ends: true });
  }

  async #hear(
    { data, aggregateversion: version }: EventEnvelope<DataOf<typeof packageChanged | typeof packageMoved>>,
    { because, ends }: { readonly because: 'deleted' | 'moved'; readonly ends: boolean },
  ): Promise<void> {
    const { packagePurl } = data;
    const { repositoryId } = data.repository;
    await this.changes.run(async (manager) => {
      const repository = await this.repositories.find(repositoryId, manager);
      if (repository !== undefined) await this.organizations.lockIfThere(manager, repository.organizationId);
      const ending = await this.packages.learn(manager, { repositoryId, packagePurl, version, ends });
      if (ending === undefined) return;
      const place = { repositoryId, packagePurl, ...ending };
      await this.#end(manager, place, { because, owners: because === 'moved', inherited: true });
    });
  }

  async #learn(news: RepositoryNews, version: number): Promise<void> {
    const { repositoryId, organizationId, slug, deleted, transferredFrom } = news;
    await this.changes.run(async (manager) => {
      const before = await this.repositories.find(repositoryId, manager);
      const from = before?.organizationId ?? transferredFrom ?? organizationId;
      await this.organizations.lockIfThere(manager, from);
      const known = await this.repositories.lock(manager, { repositoryId, organizationId: from, slug });
      if (known.eventVersion >= version) return;
      const moved = known.organizationId !== organizationId;
      if (moved || deleted) {
        const because = moved ? 'transferred' : 'deleted';
        // Nobody does anything in a deleted repository; restored, its sources give what they gave, and were told meanwhile.
        const inherited = moved ? { keptFor: organizationId } : news.purged === true;
        await this.#end(manager, { repositoryId }, { because, owners: moved, inherited });
      }
      if (moved) await this.ownerships.changeOrganization(manager, repositoryId, organizationId);
      await this.repositories.save(manager, { repositoryId, organizationId, slug, deleted, eventVersion: version });
    });
  }

  async #end(manager: EntityManager, place: Place, { because, owners, inherited }: Ending): Promise<void> {
    const repository = await this.repositories.find(place.repositoryId, manager);
    const organization = repository && (await this.organizations.lockIfThere(manager, repository.organizationId));
    const ids = await this.grants.onRepository(manager, place);
    const users = await this.grants.usersOf(manager, ids, affectedLimit);
    await this.grants.remove(manager, ids);
    const kept = typeof inherited === 'boolean' ? {} : inherited;
    const inheritors = inherited === false ? [] : await this.inherited.end(manager, { ...place, ...kept });
    const formerOwners = owners ? await this.ownerships.endGrantsIn(manager, place) : [];
    await this.publishers.onPlace(manager, by, place, because);
    if (organization === undefined || ids.length + formerOwners.length + inheritors.length === 0) return;
    const affected: UserId[] = [...new Set([...users, ...formerOwners, ...inheritors])];
    await this.announcer.accessChanged(manager, organization, affected);
    const { repositoryId, packagePurl } = place;
    await this.audit.record(manager, by, {
      action: 'grant.take',
      subject: packagePurl === undefined ? `repository:${repositoryId}` : `package:${repositoryId}/${packagePurl}`,
      organizationId: organization.organizationId,
      details: { because, grants: ids.length, owners: formerOwners.length, inherited: inheritors.length },
    });
  }
}
