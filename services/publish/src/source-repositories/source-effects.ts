import { Injectable } from '@nestjs/common';
import type { AuditActor } from '@waybill/audit';
import { AuditTrail } from '@waybill/audit';
import type { EntityManager } from 'typeorm';
import type { ChangedPackage } from '../package-settings/package-news.js';
import { PackageNews } from '../package-settings/package-news.js';
import { PackageRepository } from '../packages/package.repository.js';
import { RepositoryRepository } from '../repositories/repository.repository.js';
import { SourceInheritance } from './source-inheritance.js';
import type { SourceRepositoryEntity } from './source-repository.entity.js';
import type { InheritingPackage } from './source-repository.repository.js';
import { SourceRepositoryRepository } from './source-repository.repository.js';

interface Inheriting extends ChangedPackage {
  readonly link: InheritingPackage;
}

/** Writes what a source says into the packages that inherit from it. The source is held. */
@Injectable()
export class SourceEffects {
  readonly #sources: SourceRepositoryRepository;
  readonly #repositories: RepositoryRepository;
  readonly #packages: PackageRepository;
  readonly #inheritance: SourceInheritance;
  readonly #news: PackageNews;
  readonly #audit: AuditTrail;

  constructor(
    sources: SourceRepositoryRepository,
    repositories: RepositoryRepository,
    packages: PackageRepository,
    inheritance: SourceInheritance,
    news: PackageNews,
    audit: AuditTrail,
  ) {
    this.#sources = sources;
    this.#repositories = repositories;
    this.#packages = packages;
    this.#inheritance = inheritance;
    this.#news = news;
    this.#audit = audit;
  }

  /** Resolves to the packages that inherit visibility: gateways are to be told of them, changed now or before. */
  async apply(
    manager: EntityManager,
    source: SourceRepositoryEntity,
    { before, by }: { readonly before: SourceRepositoryEntity | null; readonly by: AuditActor },
  ): Promise<ChangedPackage[]> {
    const locked = await this.#lock(manager, before === null ? [source] : [source, before]);
    const ids = new Set((await this.#sources.inheritingFrom(manager, source)).map(({ packageId }) => packageId));
    const inheriting = locked.filter(({ link }) => ids.has(link.packageId));
    // Those that know another of the forge's ids had their people from what was reported before.
    await this.#giveNobody(
      manager,
      locked.filter(({ link }) => !ids.has(link.packageId)),
      by,
    );
    for (const one of inheriting) {
      if (one.link.inheritVisibility) await this.#setVisibility(manager, one, source, by);
      if (givesRoles(one)) await this.#inheritance.tellRoles(manager, one, source.people, by.actor);
    }
    return inheriting.filter(({ link }) => link.inheritVisibility);
  }

  /** Packages stay as visible as they are: what a source kept private does not become public by its silence. */
  async end(manager: EntityManager, source: SourceRepositoryEntity, by: AuditActor): Promise<ChangedPackage[]> {
    const inheriting = await this.#lock(manager, [source]);
    await this.#giveNobody(manager, inheriting, by);
    return inheriting;
  }

  async #giveNobody(manager: EntityManager, inheriting: readonly Inheriting[], by: AuditActor): Promise<void> {
    for (const one of inheriting) {
      if (givesRoles(one)) await this.#inheritance.tellRoles(manager, one, [], by.actor);
    }
  }

  async #setVisibility(
    manager: EntityManager,
    { repository, package: owner }: Inheriting,
    { visibility, place }: SourceRepositoryEntity,
    by: AuditActor,
  ): Promise<void> {
    if (owner.visibility === visibility) return;
    const before = { visibility: owner.visibility };
    owner.visibility = visibility;
    await this.#packages.saveSettings(manager, owner);
    await this.#news.tell(manager, { repository, package: owner }, by.actor);
    await this.#audit.record(manager, by, {
      action: 'package.change',
      subject: `package:${owner.packageId}`,
      organizationId: repository.organizationId,
      details: { purl: owner.purl, before, after: { visibility }, inheritedFrom: place },
    });
  }

  /** Those that still inherit when they and their repositories are locked, in the order of all who lock. */
  async #lock(manager: EntityManager, sources: readonly SourceRepositoryEntity[]): Promise<Inheriting[]> {
    const found = await this.#inheritingFrom(manager, sources);
    const repositoryIds = [...new Set(found.map(({ repositoryId }) => repositoryId))];
    const kept = await this.#repositories.keep(manager, repositoryIds);
    const locked = new Map<string, ChangedPackage>();
    for (const { packageId, repositoryId, purl } of found) {
      const owner = await this.#packages.lock(manager, repositoryId, purl);
      const repository = kept.find((one) => one.repositoryId === repositoryId);
      if (owner !== null && repository !== undefined) locked.set(packageId, { repository, package: owner });
    }
    return (await this.#inheritingFrom(manager, sources)).flatMap((link) => {
      const one = locked.get(link.packageId);
      return one === undefined ? [] : [{ ...one, link }];
    });
  }

  async #inheritingFrom(
    manager: EntityManager,
    sources: readonly SourceRepositoryEntity[],
  ): Promise<InheritingPackage[]> {
    const found = new Map<string, InheritingPackage>();
    for (const source of sources) {
      for (const one of await this.#sources.inheritingFrom(manager, source)) found.set(one.packageId, one);
    }
    return [...found.values()].toSorted((one, other) => (one.purl < other.purl ? -1 : 1));
  }
}

/** A deleted package gives nobody anything; its restoration tells what its source gives then. */
function givesRoles({ link, package: owner }: Inheriting): boolean {
  return link.inheritRoles && owner.deletedAt === null;
}
