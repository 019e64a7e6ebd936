import { Injectable } from '@nestjs/common';
import type { Resource } from '@waybill/domain';
import { can } from '@waybill/domain';
import type { ResourceResolver } from '@waybill/edge';
import { callerOf } from '@waybill/edge';
import type { FastifyRequest } from 'fastify';
import { repositoryResourceOf, RepositoryRepository } from './repository.repository.js';

const slugShape = /^[a-z0-9-]{1,64}$/;

/** `/…/:slug` → the repository; a deleted one is none. */
@Injectable()
export class RepositoryOfPath implements ResourceResolver {
  readonly #repositories: RepositoryRepository;

  constructor(repositories: RepositoryRepository) {
    this.#repositories = repositories;
  }

  async resolve(request: FastifyRequest): Promise<Resource | undefined> {
    const slug = slugIn(request);
    const repository = slug === undefined ? null : await this.#repositories.findBySlug(slug);
    return repository === null ? undefined : repositoryResourceOf(repository);
  }
}

/**
 * `/…/:slug` → the repository, also where it is deleted, for whoever may do to it what they ask for: who repeats a deletion
 * hears that it is done.
 */
@Injectable()
export class RepositoryToDelete implements ResourceResolver {
  readonly #repositories: RepositoryRepository;

  constructor(repositories: RepositoryRepository) {
    this.#repositories = repositories;
  }

  async resolve(request: FastifyRequest): Promise<Resource | undefined> {
    const slug = slugIn(request);
    const repository = slug === undefined ? null : await this.#repositories.findWithDeleted(slug);
    if (repository === null) return undefined;
    const resource = repositoryResourceOf(repository);
    if (repository.deletedAt === null) return resource;
    return can(callerOf(request), 'admin', resource).allowed ? resource : undefined;
  }
}

/**
 * `/…/:slug` → the organization that may bring the repository back. To whoever may not, a deleted one is none (A6); one that
 * is not deleted is as visible as it is.
 */
@Injectable()
export class OrganizationOfDeleted implements ResourceResolver {
  readonly #repositories: RepositoryRepository;

  constructor(repositories: RepositoryRepository) {
    this.#repositories = repositories;
  }

  async resolve(request: FastifyRequest): Promise<Resource | undefined> {
    const slug = slugIn(request);
    const repository = slug === undefined ? null : await this.#repositories.findWithDeleted(slug);
    if (repository === null) return undefined;
    const { organizationId } = repository;
    const resource = { kind: 'organization', organizationId } as const;
    return can(callerOf(request), 'restore', resource).allowed ? resource : undefined;
  }
}

function slugIn(request: FastifyRequest): string | undefined {
  const { slug = '' } = request.params as { slug?: string };
  return slugShape.test(slug) ? slug : undefined;
}
