import { Injectable } from '@nestjs/common';
import type { PackagePurl, Principal, Resource, Visibility } from '@waybill/domain';
import { can, decisionOnMissing, refusal } from '@waybill/domain';
import { packageIn } from './package-in.js';
import type { RepositoryEntity } from './repository.entity.js';
import { RepositoryRepository } from './repository.repository.js';

export interface ListedPackage {
  readonly purl: PackagePurl;
  /** Its own; null where it has none. */
  readonly visibility: Visibility | null;
}

/** For lists: what of a repository one caller may read. */
@Injectable()
export class ReadableRepositoryService {
  readonly #repositories: RepositoryRepository;

  constructor(repositories: RepositoryRepository) {
    this.#repositories = repositories;
  }

  /** Errors: those of something that may not be seen, for a repository that does not exist (security.md A6). */
  async find(principal: Principal, slug: string): Promise<RepositoryEntity> {
    const found = await this.#repositories.findBySlug(slug);
    if (found !== null) return found;
    const decision = decisionOnMissing(principal);
    if (decision.allowed) throw new Error('What is missing is allowed to nobody.');
    throw refusal(decision, 'What you asked for');
  }

  /** What packages say of their visibility; those that say nothing are left out. */
  visibilitiesOf(
    { repositoryId }: RepositoryEntity,
    purls: readonly PackagePurl[],
  ): Promise<ReadonlyMap<PackagePurl, Visibility>> {
    return this.#repositories.visibilitiesIn(repositoryId, purls);
  }

  /** A package of a repository by its name, as visible as it is, whether it exists or not. */
  async packageIn(repository: RepositoryEntity, purl: PackagePurl): Promise<Extract<Resource, { kind: 'package' }>> {
    const known = await this.#repositories.visibilitiesIn(repository.repositoryId, [purl]);
    return packageIn(repository, purl, known.get(purl) ?? null);
  }

  /**
   * Leaves out what the caller may not read. An empty list of a repository that the caller may not read either is answered
   * as if there were no such repository. Errors: `unauthenticated`, `not-found`.
   */
  readable<Listed extends ListedPackage>(
    principal: Principal,
    repository: RepositoryEntity,
    packages: readonly Listed[],
  ): Listed[] {
    const seen = packages.filter(
      ({ purl, visibility }) => can(principal, 'read', packageIn(repository, purl, visibility)).allowed,
    );
    if (seen.length > 0) return seen;
    const { organizationId, repositoryId, visibility } = repository;
    const decision = can(principal, 'read', { kind: 'repository', organizationId, repositoryId, visibility });
    if (!decision.allowed) throw refusal(decision, 'What you asked for');
    return [];
  }
}
