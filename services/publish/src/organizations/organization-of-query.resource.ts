import { Injectable } from '@nestjs/common';
import type { Resource } from '@waybill/domain';
import type { ResourceResolver } from '@waybill/edge';
import type { FastifyRequest } from 'fastify';
import { storableText } from '../database/storable-text.js';
import { OrganizationRepository } from './organization.repository.js';

/** `?org=<name>` → that organization. */
@Injectable()
export class OrganizationOfQuery implements ResourceResolver {
  readonly #organizations: OrganizationRepository;

  constructor(organizations: OrganizationRepository) {
    this.#organizations = organizations;
  }

  async resolve(request: FastifyRequest): Promise<Resource | undefined> {
    const name: unknown = Reflect.get(Object(request.query), 'org');
    if (typeof name !== 'string' || name.length > 64 || !storableText.test(name)) return undefined;
    const organization = await this.#organizations.findByName(name);
    return organization === null ? undefined : { kind: 'organization', organizationId: organization.organizationId };
  }
}
