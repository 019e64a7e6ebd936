import { Injectable } from '@nestjs/common';
import type { OrganizationId, Resource } from '@waybill/domain';
import { DomainError, isSlug } from '@waybill/domain';
import { callerOf, type ResourceResolver, resolvedResource } from '@waybill/edge';
import type { FastifyRequest } from 'fastify';
import { OrganizationsRepository } from '../organizations/organizations.repository.js';
import { pathParam } from '../path-param.js';
import { MembershipsRepository } from './memberships.repository.js';

/** The organization that a membership is of; the own account for one's own, since everybody may end that. */
@Injectable()
export class MembershipOfPath implements ResourceResolver {
  constructor(
    private readonly organizations: OrganizationsRepository,
    private readonly memberships: MembershipsRepository,
  ) {}

  async resolve(request: FastifyRequest): Promise<Resource | undefined> {
    const organizationId = await this.organizationIdOf(request);
    if (organizationId === undefined) return undefined;
    const caller = callerOf(request);
    const isOwn = caller.kind !== 'anonymous' && caller.username === pathParam(request, 'username').toLowerCase();
    if (!isOwn) return { kind: 'organization', organizationId };
    // Looked up, and not taken from the grants: who has no second factor has none of them and may leave all the same.
    const { userId } = caller;
    const membership = await this.memberships.findNow({ organizationId, userId });
    return membership === undefined ? { kind: 'organization', organizationId } : { kind: 'account', userId };
  }

  /** What an authorized request is about, and whether it is the caller's own membership. */
  async membershipOf(request: FastifyRequest): Promise<{ organizationId: OrganizationId; isOwn: boolean }> {
    const resource = resolvedResource(request);
    if (resource.kind === 'organization') return { organizationId: resource.organizationId, isOwn: false };
    const organizationId = await this.organizationIdOf(request);
    if (organizationId !== undefined) return { organizationId, isOwn: true };
    throw new DomainError('not-found', 'not-found', 'What you asked for was not found.');
  }

  private async organizationIdOf(request: FastifyRequest): Promise<OrganizationId | undefined> {
    const name = pathParam(request, 'organization');
    return isSlug(name) ? (await this.organizations.findByName(name))?.organizationId : undefined;
  }
}
