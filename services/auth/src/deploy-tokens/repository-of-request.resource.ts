import { Injectable } from '@nestjs/common';
import { resolveResource } from '@waybill/contracts';
import type { Resource } from '@waybill/domain';
import { DomainError, isSlug } from '@waybill/domain';
import { edgeContextOf, type ResourceResolver, resolvedResource } from '@waybill/edge';
import { RequestClient } from '@waybill/messaging';
import type { FastifyRequest } from 'fastify';
import { pathParam } from '../path-param.js';

type RepositoryResource = Extract<Resource, { kind: 'repository' }>;

/**
 * The repository that the path names, or `?repository=` of a list, or `repository` in the body of what creates something. `publish` says what it is;
 * errors: `unavailable` while it does not answer.
 */
@Injectable()
export class RepositoryOfRequest implements ResourceResolver {
  constructor(private readonly requests: RequestClient) {}

  async resolve(request: FastifyRequest): Promise<Resource | undefined> {
    const slug = slugOf(request);
    if (slug === undefined || !isSlug(slug)) return undefined;
    const { resource } = await this.requests.ask(resolveResource, { repository: slug });
    if (resource === null) return undefined;
    const { organizationId, repositoryId, visibility } = resource;
    return { kind: 'repository', organizationId, repositoryId, visibility };
  }
}

/** The repository that the guard has authorized. */
export function repositoryOf(request: FastifyRequest): RepositoryResource {
  const resource = resolvedResource(request);
  if (resource.kind === 'repository') return resource;
  throw new DomainError('internal', 'internal', 'This route is not about a repository.');
}

function slugOf(request: FastifyRequest): string | undefined {
  const inPath = pathParam(request, 'repository');
  if (inPath !== '') return inPath;
  return request.method === 'POST' ? fieldOf(request.body) : queryOf(request);
}

function queryOf(request: FastifyRequest): string | undefined {
  const [, query = ''] = edgeContextOf(request).rawTarget.split('?', 2);
  const named = new URLSearchParams(query).getAll('repository');
  // Named twice, it is clear neither which one is meant nor which one another reader would take (security.md A1).
  return named.length === 1 ? named[0] : undefined;
}

function fieldOf(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null || !('repository' in body)) return undefined;
  return typeof body.repository === 'string' ? body.repository : undefined;
}
