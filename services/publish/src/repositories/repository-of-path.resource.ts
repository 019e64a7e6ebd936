import { Injectable } from '@nestjs/common';
import type { Principal, Resource } from '@waybill/domain';
import { can } from '@waybill/domain';
import type { ResourceResolver } from '@waybill/edge';
import { callerOf } from '@waybill/edge';
import type { FastifyRequest } from 'fastify';
import type { RepositoryEntity } from './repository.entity.js';
import { repositoryResourceOf, RepositoryRepository } from './repository.repository.js';

const slugShape = /^[a-z0-9-]{1,64}$/;

/** `/…/:slug` → what one must be allowed something on, for a repository that is there or deleted. */
@Injectable()
abstract class OfRepositoryInPath implements ResourceResolver {
  readonly #repositories: RepositoryRepository;

  constructor(repositories: RepositoryRepository) {
    this.#repositories = repositories;
  }

  protected abstract resourceOf(repository: RepositoryEntity, caller: Principal): Resource | undefined;

  async resolve(request: FastifyRequest): Promise<Resource | undefined> {
    const { slug = '' } = request.params as { slug?: string };
    const repository = slugShape.test(slug) ? await this.#repositories.findWithDeleted(slug) : null;
    return repository === null ? undefined : this.resourceOf(repository, callerOf(request));
  }
}

/** The repository; a deleted one is none. */
@Injectable()
export class RepositoryOfPath extends OfRepositoryInPath {
  protected resourceOf(repository: RepositoryEntity): Resource | undefined {
    return repository.deletedAt === null ? repositoryResourceOf(repository) : undefined;
  }
}

/** Also one that is deleted, for whoever may delete it: who repeats a deletion hears that it is done. */
@Injectable()
export class RepositoryToDelete extends OfRepositoryInPath {
  protected resourceOf(repository: RepositoryEntity, caller: Principal): Resource | undefined {
    return repositoryToDelete(repository, caller);
  }
}

export function repositoryToDelete(repository: RepositoryEntity, caller: Principal): Resource | undefined {
  const resource = repositoryResourceOf(repository);
  return repository.deletedAt === null || can(caller, 'admin', resource).allowed ? resource : undefined;
}

/** The organization that may bring it back. To whoever may not, there is none (security.md A6). */
@Injectable()
export class OrganizationOfDeleted extends OfRepositoryInPath {
  protected resourceOf(repository: RepositoryEntity, caller: Principal): Resource | undefined {
    return organizationOfDeleted(repository, caller);
  }
}

export function organizationOfDeleted({ organizationId }: RepositoryEntity, caller: Principal): Resource | undefined {
  const resource = { kind: 'organization', organizationId } as const;
  return can(caller, 'restore', resource).allowed ? resource : undefined;
}
