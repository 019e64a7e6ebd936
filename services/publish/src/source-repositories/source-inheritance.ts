import { Injectable } from '@nestjs/common';
import { packageAggregate, packageRolesInherited } from '@waybill/contracts';
import type { OrganizationId, Visibility } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import { Outbox } from '@waybill/messaging';
import type { EntityManager } from 'typeorm';
import type { ChangedPackage } from '../package-settings/package-news.js';
import { PackageRepository } from '../packages/package.repository.js';
import { factsOf } from '../repositories/repository.repository.js';
import type { SourceLinkEntity } from '../source-links/source-link.entity.js';
import type { SourcePerson } from './source-repository.entity.js';
import type { SourcePlace } from '../source-links/source-place.js';
import { placeOf } from '../source-links/source-place.js';
import { SourceRepositoryRepository } from './source-repository.repository.js';
import { actionsOfSourceRole } from './source-roles.rules.js';

/** Each of them is written again with every report. */
export const maxInheritingPackages = 200;

type Link = Omit<SourceLinkEntity, 'packageId' | 'linkedAt' | 'place'>;

/** What a package has from the source that it is linked to. */
@Injectable()
export class SourceInheritance {
  readonly #sources: SourceRepositoryRepository;
  readonly #packages: PackageRepository;
  readonly #outbox: Outbox;

  constructor(sources: SourceRepositoryRepository, packages: PackageRepository, outbox: Outbox) {
    this.#sources = sources;
    this.#packages = packages;
    this.#outbox = outbox;
  }

  /** Before any row is locked: what is reported of this source stays as it is until the transaction ends. */
  async hold(manager: EntityManager, link: SourcePlace): Promise<void> {
    await this.#sources.hold(manager, placeOf(link));
  }

  /** Undefined where nothing was reported of it, or the package does not inherit this. */
  async visibilityFor(
    manager: EntityManager,
    organizationId: OrganizationId,
    link: Link | null,
  ): Promise<Visibility | undefined> {
    if (link?.inheritVisibility !== true) return undefined;
    return (await this.#sources.findFor(manager, organizationId, link))?.visibility;
  }

  /** The people that a link gives something, which is nobody where it gives nothing. */
  async peopleFor(
    manager: EntityManager,
    organizationId: OrganizationId,
    link: Link | null,
  ): Promise<readonly SourcePerson[]> {
    if (link?.inheritRoles !== true) return [];
    return (await this.#sources.findFor(manager, organizationId, link))?.people ?? [];
  }

  /** Errors: `limit` `source-link.too-many`. The source is held, and the link written. */
  async assertRoom(manager: EntityManager, organizationId: OrganizationId, link: SourcePlace): Promise<void> {
    const count = await this.#sources.countInheriting(manager, organizationId, placeOf(link));
    if (count <= maxInheritingPackages) return;
    const message = `At most ${maxInheritingPackages} packages inherit from one source.`;
    throw new DomainError('limit', 'source-link.too-many', message);
  }

  /** What its link gives people, of a locked package to which nobody has anything by a source yet. */
  async tellRolesOf(
    manager: EntityManager,
    changed: ChangedPackage,
    link: Link | null,
    changedBy: string,
  ): Promise<void> {
    const people = await this.peopleFor(manager, changed.repository.organizationId, link);
    if (people.length > 0) await this.tellRoles(manager, changed, people, changedBy);
  }

  /** Of a locked package: in place of whom its source gave something before. */
  async tellRoles(
    manager: EntityManager,
    { repository, package: owner }: ChangedPackage,
    people: readonly SourcePerson[],
    changedBy: string,
  ): Promise<void> {
    owner.aggregateVersion += 1;
    await this.#packages.saveVersion(manager, owner);
    await this.#outbox.append(manager, packageRolesInherited, {
      aggregate: packageAggregate(repository.repositoryId, owner.purl),
      aggregateVersion: owner.aggregateVersion,
      data: {
        repository: factsOf(repository),
        repositoryVersion: repository.aggregateVersion,
        packagePurl: owner.purl,
        changedBy,
        people: people.map(({ role, ...who }) => ({ who, actions: [...actionsOfSourceRole(role)] })),
      },
    });
  }
}
