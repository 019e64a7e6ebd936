import { Injectable } from '@nestjs/common';
import type { OrganizationId, Resource } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import type { ResourceResolver } from '@waybill/edge';
import { resolvedResource } from '@waybill/edge';
import type { FastifyRequest } from 'fastify';
import { storableText } from '../database/storable-text.js';
import { OrganizationRepository } from '../organizations/organization.repository.js';

/** The organization that the body names, in which something is to be created. */
@Injectable()
export class OrganizationOfBody implements ResourceResolver {
  readonly #organizations: OrganizationRepository;

  constructor(organizations: OrganizationRepository) {
    this.#organizations = organizations;
  }

  async resolve({ body }: FastifyRequest): Promise<Resource | undefined> {
    if (typeof body !== 'object' || body === null) return undefined;
    const name: unknown = Reflect.get(body, 'organization');
    if (typeof name !== 'string' || !storableText.test(name)) return undefined;
    const organization = await this.#organizations.findByName(name);
    return organization === null ? undefined : { kind: 'organization', organizationId: organization.organizationId };
  }
}

/** The organization that the guard has authorized (security.md A1). */
export function organizationOf(request: FastifyRequest): OrganizationId {
  const resource = resolvedResource(request);
  if (resource.kind === 'organization') return resource.organizationId;
  throw new DomainError('internal', 'internal', 'This route is not about an organization.');
}
