import { Injectable } from '@nestjs/common';
import type { OrganizationId, Resource } from '@waybill/domain';
import { DomainError, isSlug } from '@waybill/domain';
import { type ResourceResolver, resolvedResource } from '@waybill/edge';
import type { FastifyRequest } from 'fastify';
import { pathParam } from '../path-param.js';
import { OrganizationsRepository } from './organizations.repository.js';

/** The organization that `:organization` in the path names. */
@Injectable()
export class OrganizationOfPath implements ResourceResolver {
  constructor(private readonly organizations: OrganizationsRepository) {}

  async resolve(request: FastifyRequest): Promise<Resource | undefined> {
    const name = pathParam(request, 'organization');
    if (!isSlug(name)) return undefined;
    const organization = await this.organizations.findByName(name);
    return organization && { kind: 'organization', organizationId: organization.organizationId };
  }
}

/** The organization that the guard has authorized. */
export function organizationOf(request: FastifyRequest): OrganizationId {
  const resource = resolvedResource(request);
  if (resource.kind === 'organization') return resource.organizationId;
  throw new DomainError('internal', 'internal', 'This route is not about an organization.');
}
