import { Injectable } from '@nestjs/common';
import type { Resource } from '@waybill/domain';
import { DomainError, isPackagePurl } from '@waybill/domain';
import { type ResourceResolver, resolvedResource } from '@waybill/edge';
import type { FastifyRequest } from 'fastify';
import type { PlacedResource } from './grant-targets.service.js';
import { GrantTargets } from './grant-targets.service.js';

/** The repository that `?repository=` names, or the package of it that `package` names. */
@Injectable()
export class GrantedResource implements ResourceResolver {
  constructor(private readonly targets: GrantTargets) {}

  async resolve(request: FastifyRequest): Promise<Resource | undefined> {
    const slug = queryParam(request, 'repository');
    const purl = queryParam(request, 'package');
    if (slug === undefined || (purl !== undefined && !isPackagePurl(purl))) return undefined;
    return this.targets.resolve(slug, purl);
  }
}

/** What the guard has authorized. */
export function grantedResourceOf(request: FastifyRequest): PlacedResource {
  const resource = resolvedResource(request);
  if (resource.kind === 'repository' || resource.kind === 'package') return resource;
  throw new DomainError('internal', 'internal', 'This route is not about a repository or a package.');
}

/** Undefined for what is not said once. */
function queryParam(request: FastifyRequest, name: string): string | undefined {
  const { query } = request;
  const value: unknown = typeof query === 'object' && query !== null ? Reflect.get(query, name) : undefined;
  return typeof value === 'string' ? value : undefined;
}
