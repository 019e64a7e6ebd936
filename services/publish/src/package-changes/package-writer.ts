import { Injectable } from '@nestjs/common';
import type { RepositoryFacts } from '@waybill/contracts';
import { packageAggregate } from '@waybill/contracts';
import type { Action, PackagePurl, Principal, RepositoryId } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import type { EntityManager } from 'typeorm';
import { assertStillMay } from '../decided-again/decided-again.rules.js';
import type { RepositoryEntity } from '../repositories/repository.entity.js';
import { packageResourceOf } from '../packages/package-resource.js';
import type { PackageEntity } from '../packages/package.entity.js';
import { PackageRepository } from '../packages/package.repository.js';
import { factsOf, RepositoryRepository } from '../repositories/repository.repository.js';
import { repositoryNotFound, requireUnarchived } from '../repositories/repository.rules.js';

export interface PackageWish {
  readonly principal: Principal;
  readonly repositoryId: RepositoryId;
  readonly packagePurl: PackagePurl;
}

export interface LockedPackage {
  readonly repository: RepositoryEntity;
  readonly owner: PackageEntity | null;
}

export interface ChangedReleases {
  readonly repository: RepositoryEntity;
  readonly owner: PackageEntity;
  /** An actor. */
  readonly changedBy: string;
}

export interface ReleasesEvent<Release> {
  readonly aggregate: string;
  readonly aggregateVersion: number;
  readonly data: {
    readonly repository: RepositoryFacts;
    readonly packagePurl: PackagePurl;
    readonly changedBy: string;
    readonly releases: Release[];
  };
}

export interface WriteOptions {
  /** For what only takes away. */
  readonly evenArchived?: boolean;
}

/** Decides, for every change of a package that exists, whether the caller may make it. */
@Injectable()
export class PackageWriter {
  readonly #repositories: RepositoryRepository;
  readonly #packages: PackageRepository;

  constructor(repositories: RepositoryRepository, packages: PackageRepository) {
    this.#repositories = repositories;
    this.#packages = packages;
  }

  /** The package's repository. Errors: `unauthenticated`, `forbidden`, `not-found`, `conflict` `repository.archived`. */
  async authorize(
    action: Action,
    { principal, repositoryId, packagePurl }: PackageWish,
    options: WriteOptions = {},
  ): Promise<RepositoryEntity> {
    const repository = await this.#repositories.findById(repositoryId);
    const owner = await this.#packages.find(repositoryId, packagePurl);
    return allowedIn(repository, { principal, action, packagePurl, owner, ...options });
  }

  /**
   * The same again in the transaction of the change: the repository, which stays as it is until the transaction ends, and its
   * package, locked; null where there is none (any more). Both may be others than those that were decided on before. Errors:
   * those of `authorize`.
   */
  async lock(
    manager: EntityManager,
    action: Action,
    { principal, repositoryId, packagePurl }: PackageWish,
    options: WriteOptions = {},
  ): Promise<LockedPackage> {
    const [kept] = await this.#repositories.keep(manager, [repositoryId]);
    const owner = await this.#packages.lock(manager, repositoryId, packagePurl);
    const repository = allowedIn(kept ?? null, { principal, action, packagePurl, owner, ...options });
    return { repository, owner };
  }

  /** The event that releases of a locked package are otherwise than before, which clients can see: counts it. */
  async eventOf<Release>(
    manager: EntityManager,
    { repository, owner, changedBy }: ChangedReleases,
    releases: Release[],
  ): Promise<ReleasesEvent<Release>> {
    const { purl: packagePurl } = owner;
    return {
      aggregate: packageAggregate(repository.repositoryId, packagePurl),
      aggregateVersion: await this.#packages.countVisibleChange(manager, owner),
      data: { repository: factsOf(repository), packagePurl, changedBy, releases },
    };
  }
}

function allowedIn(
  repository: RepositoryEntity | null,
  {
    principal,
    action,
    packagePurl,
    owner,
    evenArchived = false,
  }: {
    readonly principal: Principal;
    readonly action: Action;
    readonly packagePurl: PackagePurl;
    readonly owner: PackageEntity | null;
  } & WriteOptions,
): RepositoryEntity {
  const isThere = repository?.deletedAt === null;
  const named = { purl: packagePurl, visibility: owner?.visibility ?? null };
  assertStillMay(principal, action, isThere ? packageResourceOf(repository, named) : undefined, packagePurl);
  if (!isThere) throw repositoryNotFound();
  if (!evenArchived) requireUnarchived(repository);
  return repository;
}

export function noVersion(version: string): DomainError {
  return new DomainError('not-found', 'version.not-found', `Version ${version} was not found.`);
}
