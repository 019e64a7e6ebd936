import { Injectable } from '@nestjs/common';
import type { RepositoryFacts } from '@waybill/contracts';
import { packageAggregate } from '@waybill/contracts';
import type { Action, PackagePurl, Principal, RepositoryId } from '@waybill/domain';
import { can, decisionOnMissing, DomainError, refusal } from '@waybill/domain';
import type { EntityManager } from 'typeorm';
import type { RepositoryEntity } from '../repositories/repository.entity.js';
import { packageResourceOf } from '../packages/package-resource.js';
import type { PackageEntity } from '../packages/package.entity.js';
import { PackageRepository } from '../packages/package.repository.js';
import { factsOf, RepositoryRepository } from '../repositories/repository.repository.js';
import { requireUnarchived } from '../repositories/repository.rules.js';

export interface PackageWish {
  readonly principal: Principal;
  readonly repositoryId: RepositoryId;
  readonly packagePurl: PackagePurl;
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
  async authorize(action: Action, { principal, repositoryId, packagePurl }: PackageWish): Promise<RepositoryEntity> {
    const repository = await this.#repositories.findById(repositoryId);
    const visibility = (await this.#packages.find(repositoryId, packagePurl))?.visibility ?? null;
    const decision =
      repository === null
        ? decisionOnMissing(principal)
        : can(principal, action, packageResourceOf(repository, { purl: packagePurl, visibility }));
    if (!decision.allowed) throw refusal(decision, packagePurl);
    if (repository === null) {
      throw new DomainError('not-found', 'repository.not-found', 'The repository was not found.');
    }
    requireUnarchived(repository);
    return repository;
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

export function noVersion(version: string): DomainError {
  return new DomainError('not-found', 'version.not-found', `Version ${version} was not found.`);
}
