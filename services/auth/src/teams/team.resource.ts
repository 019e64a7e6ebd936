import { Injectable } from '@nestjs/common';
import type { OrganizationId, Principal, Resource } from '@waybill/domain';
import { DomainError, isSlug } from '@waybill/domain';
import { callerOf, type ResourceResolver, resolvedResource } from '@waybill/edge';
import type { FastifyRequest } from 'fastify';
import { OrganizationsRepository } from '../organizations/organizations.repository.js';
import { pathParam } from '../path-param.js';
import { mayAsOwner } from '../tokens/may-as-owner.js';
import { mayActAsMaintainer } from './team.rules.js';
import { TeamsRepository } from './teams.repository.js';

/**
 * The organization whose access is managed with a team; the own account for a maintainer of it, and for a member who leaves it:
 * neither needs more. Whether there is such a team is not told.
 */
@Injectable()
export class TeamMembershipOfPath implements ResourceResolver {
  constructor(
    private readonly organizations: OrganizationsRepository,
    private readonly teams: TeamsRepository,
  ) {}

  async resolve(request: FastifyRequest): Promise<Resource | undefined> {
    const organizationId = await this.#organizationOf(request);
    if (organizationId === undefined) return undefined;
    const caller = callerOf(request);
    const leaves = request.method === 'DELETE' && pathParam(request, 'username').toLowerCase();
    const isOwn = await this.isOwn(caller, organizationId, { team: pathParam(request, 'team'), leaves });
    if (isOwn && caller.kind !== 'anonymous') return { kind: 'account', userId: caller.userId };
    return { kind: 'organization', organizationId };
  }

  /** Whether the caller maintains the team, or is the member `leaves` of it. */
  async isOwn(
    caller: Principal,
    organizationId: OrganizationId,
    { team: name, leaves }: { readonly team: string; readonly leaves: string | false },
  ): Promise<boolean> {
    if (caller.kind === 'anonymous' || !isSlug(name) || !mayActAsMaintainer(caller, organizationId)) return false;
    const team = await this.teams.find(organizationId, name);
    const membership = team && (await this.teams.membership(team.teamId, caller.userId));
    if (membership === undefined) return false;
    if (leaves === caller.username) return true;
    // Who has nothing in the organization, for want of the second factor that it requires, maintains nothing in it.
    return membership.maintainer && mayAsOwner(caller, ['read'], { kind: 'organization', organizationId });
  }

  /** The organization of an authorized request. */
  async organizationIdOf(request: FastifyRequest): Promise<OrganizationId> {
    const resource = resolvedResource(request);
    if (resource.kind === 'organization') return resource.organizationId;
    const found = await this.#organizationOf(request);
    if (found !== undefined) return found;
    throw new DomainError('not-found', 'not-found', 'What you asked for was not found.');
  }

  async #organizationOf(request: FastifyRequest): Promise<OrganizationId | undefined> {
    const name = pathParam(request, 'organization');
    return isSlug(name) ? (await this.organizations.findByName(name))?.organizationId : undefined;
  }
}
