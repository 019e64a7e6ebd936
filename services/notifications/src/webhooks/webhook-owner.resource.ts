import { Injectable } from '@nestjs/common';
import type { Resource } from '@waybill/domain';
import { DomainError, isSlug } from '@waybill/domain';
import type { ResourceResolver } from '@waybill/edge';
import type { FastifyRequest } from 'fastify';
import { OrganizationRepository } from '../organizations/organization.repository.js';
import { RepositoryRepository } from '../repositories/repository.repository.js';
import type { RepositoryEntity } from '../repositories/repository.entity.js';

/** `?org=` or `?repository=`: whose webhooks a list shows and a new one is; with both, a repository of that organization. */
@Injectable()
export class WebhookOwnerOfQuery implements ResourceResolver {
  readonly #organizations: OrganizationRepository;
  readonly #repositories: RepositoryRepository;

  constructor(organizations: OrganizationRepository, repositories: RepositoryRepository) {
    this.#organizations = organizations;
    this.#repositories = repositories;
  }

  /** Errors: `invalid` `webhook.owner-missing` where neither is given. */
  async resolve(request: FastifyRequest): Promise<Resource | undefined> {
    const org = queryParam(request, 'org');
    const slug = queryParam(request, 'repository');
    if (org === undefined && slug === undefined) throw ownerMissing();
    const organization = org !== undefined && isSlug(org) ? await this.#organizations.findByName(org) : null;
    if (org !== undefined && organization === null) return undefined;
    if (slug === undefined) return organization === null ? undefined : organizationResource(organization);
    const repository = isSlug(slug) ? await this.#repositories.findBySlug(slug) : null;
    if (repository === null) return undefined;
    if (organization !== null && organization.organizationId !== repository.organizationId) return undefined;
    return repositoryResource(repository);
  }
}

function organizationResource({ organizationId }: Pick<RepositoryEntity, 'organizationId'>): Resource {
  return { kind: 'organization', organizationId };
}

function repositoryResource({ organizationId, repositoryId, visibility }: RepositoryEntity): Resource {
  return { kind: 'repository', organizationId, repositoryId, visibility };
}

/** Undefined also for a parameter that is there twice or as an object. */
function queryParam(request: FastifyRequest, name: string): string | undefined {
  const { query } = request;
  const value: unknown = typeof query === 'object' && query !== null ? Reflect.get(query, name) : undefined;
  return typeof value === 'string' ? value : undefined;
}

function ownerMissing(): DomainError {
  const code = 'webhook.owner-missing';
  const message = 'Say whose webhooks: org or repository.';
  return new DomainError('invalid', code, message, { details: { errors: [{ field: 'query.org', code, message }] } });
}
