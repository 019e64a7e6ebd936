import { Injectable } from '@nestjs/common';
import type { Resource } from '@waybill/domain';
import type { ResourceResolver } from '@waybill/edge';
import type { FastifyRequest } from 'fastify';
import { repositoryResourceOf, RepositoryRepository } from './repository.repository.js';

/** `/…/:slug` → the repository. */
@Injectable()
export class RepositoryOfPath implements ResourceResolver {
  readonly #repositories: RepositoryRepository;

  constructor(repositories: RepositoryRepository) {
    this.#repositories = repositories;
  }

  async resolve(request: FastifyRequest): Promise<Resource | undefined> {
    const { slug = '' } = request.params as { slug?: string };
    const repository = await this.#repositories.findBySlug(slug);
    if (repository === null) return undefined;
    return repositoryResourceOf(repository);
  }
}
