import { Injectable } from '@nestjs/common';
import type { Resource } from '@waybill/domain';
import type { ResourceResolver } from '@waybill/edge';
import type { FastifyRequest } from 'fastify';
import { isUuid } from '../database/is-uuid.js';
import { OrganizationOfBody } from '../organizations/organization-of-body.resource.js';
import { OrganizationRepository } from '../organizations/organization.repository.js';
import { NamespaceRepository } from './namespace.repository.js';
import { ClaimNamespaceBody } from './namespaces.schema.js';

/** `/…/:namespaceId` → the organization that claims it (security.md A3). */
@Injectable()
export class NamespaceOfPath implements ResourceResolver {
  readonly #namespaces: NamespaceRepository;

  constructor(namespaces: NamespaceRepository) {
    this.#namespaces = namespaces;
  }

  async resolve(request: FastifyRequest): Promise<Resource | undefined> {
    const { namespaceId = '' } = request.params as { namespaceId?: string };
    const namespace = isUuid(namespaceId) ? await this.#namespaces.find(namespaceId) : null;
    return namespace === null ? undefined : { kind: 'organization', organizationId: namespace.organizationId };
  }
}

@Injectable()
export class OrganizationOfNewNamespace extends OrganizationOfBody {
  constructor(organizations: OrganizationRepository) {
    super(organizations, ClaimNamespaceBody);
  }
}

/** What concerns all organizations. */
@Injectable()
export class WholeInstallation implements ResourceResolver {
  resolve(): Promise<Resource> {
    return Promise.resolve({ kind: 'installation' });
  }
}
