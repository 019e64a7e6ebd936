import { Injectable } from '@nestjs/common';
import type { PackagePurl, Principal, Resource } from '@waybill/domain';
import { can, decisionOnMissing, refusal } from '@waybill/domain';
import type { RepositoryEntity } from './repository.entity.js';
import { RepositoryRepository } from './repository.repository.js';

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

  /**
   * Leaves out what the caller may not read. An empty list of a repository that the caller may not read either is answered
   * as if there were no such repository. Errors: `unauthenticated`, `not-found`.
   */
  readable<Listed extends { readonly purl: PackagePurl }>(
    principal: Principal,
    repository: RepositoryEntity,
    packages: readonly Listed[],
  ): Listed[] {
    const seen = packages.filter(({ purl }) => can(principal, 'read', packageIn(repository, purl)).allowed);
    if (seen.length > 0) return seen;
    const { organizationId, repositoryId, visibility } = repository;
    const decision = can(principal, 'read', { kind: 'repository', organizationId, repositoryId, visibility });
    if (!decision.allowed) throw refusal(decision, 'What you asked for');
    return [];
  }
}

export function packageIn(repository: RepositoryEntity, purl: PackagePurl): Extract<Resource, { kind: 'package' }> {
  const { organizationId, repositoryId, visibility } = repository;
  return { kind: 'package', organizationId, repositoryId, visibility, purl };
}
