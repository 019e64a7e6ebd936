import type { Type } from '@nestjs/common';
import type { OrganizationId, Resource } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import type { ResourceResolver } from '@waybill/edge';
import { callerOf, invalidRequest, resolvedResource } from '@waybill/edge';
import { plainToInstance } from 'class-transformer';
import { validate } from 'class-validator';
import type { FastifyRequest } from 'fastify';
import { storableText } from '../database/storable-text.js';
import type { OrganizationRepository } from './organization.repository.js';

/** The organization that the body names, in which something is to be created. One class for each kind of body. */
export abstract class OrganizationOfBody implements ResourceResolver {
  readonly #organizations: OrganizationRepository;
  readonly #body: Type<object>;

  protected constructor(organizations: OrganizationRepository, body: Type<object>) {
    this.#organizations = organizations;
    this.#body = body;
  }

  /** Errors: `request.invalid` for a body that names no organization: whatever else is wrong with it is said at once. */
  async resolve(request: FastifyRequest): Promise<Resource | undefined> {
    if (callerOf(request).kind === 'anonymous') return undefined;
    const name = await this.#nameIn(request.body);
    if (!storableText.test(name)) return undefined;
    const organization = await this.#organizations.findByName(name);
    return organization === null ? undefined : { kind: 'organization', organizationId: organization.organizationId };
  }

  async #nameIn(body: unknown): Promise<string> {
    const fields = typeof body === 'object' && body !== null && !Array.isArray(body) ? body : {};
    const name: unknown = Reflect.get(fields, 'organization');
    if (typeof name === 'string' && name !== '') return name;
    const rules = { whitelist: true, forbidNonWhitelisted: true };
    throw invalidRequest(await validate(plainToInstance(this.#body, fields), rules));
  }
}

/** The organization that the guard has authorized (security.md A1). */
export function organizationOf(request: FastifyRequest): OrganizationId {
  const resource = resolvedResource(request);
  if (resource.kind === 'organization') return resource.organizationId;
  throw new DomainError('internal', 'internal', 'This route is not about an organization.');
}
