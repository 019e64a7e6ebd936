import { Injectable } from '@nestjs/common';
import { installationChain } from '@waybill/audit-chain';
import { organizationId } from '@waybill/contracts';
import type { Resource } from '@waybill/domain';
import { DomainError, isSlug } from '@waybill/domain';
import type { ResourceResolver } from '@waybill/edge';
import { resolvedResource } from '@waybill/edge';
import type { FastifyRequest } from 'fastify';
import { OrganizationRepository } from '../organizations/organization.repository.js';

/** The organization that `?org=` names, also by its id, since one that was deleted has no name; the installation without. */
@Injectable()
export class ChainOfQuery implements ResourceResolver {
  readonly #organizations: OrganizationRepository;

  constructor(organizations: OrganizationRepository) {
    this.#organizations = organizations;
  }

  async resolve({ query }: FastifyRequest): Promise<Resource | undefined> {
    const name: unknown = typeof query === 'object' && query !== null ? Reflect.get(query, 'org') : undefined;
    if (name === undefined) return { kind: 'installation' };
    if (typeof name !== 'string' || !isSlug(name)) return undefined;
    // An id is never a name: somebody else's organization may be called like it. Whether there is one of this id does not
    // matter: nobody was given anything on one that never was.
    const id = organizationId.safeParse(name);
    if (id.success) return { kind: 'organization', organizationId: id.data };
    const organization = await this.#organizations.findByName(name);
    return organization === null ? undefined : { kind: 'organization', organizationId: organization.organizationId };
  }
}

/** The chain that the guard has authorized (security.md A1). */
export function chainOf(request: FastifyRequest): string {
  const resource = resolvedResource(request);
  if (resource.kind === 'installation') return installationChain;
  if (resource.kind === 'organization') return resource.organizationId;
  throw new DomainError('internal', 'internal', 'This route is not about a chain.');
}
