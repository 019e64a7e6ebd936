import { Injectable } from '@nestjs/common';
import { actorOfPrincipal } from '@waybill/audit';
import type { Principal, Role } from '@waybill/domain';
import { NamedOrganizations } from '../organizations/named-organizations.js';
import type { Member } from './memberships.repository.js';
import { MembershipsRepository } from './memberships.repository.js';
import { MembershipsService } from './memberships.service.js';

/** Whom a client wants in which organization. */
export interface NamedMembership {
  readonly principal: Principal;
  readonly organization: string;
  readonly username: string;
}

const maxMembersListed = 5000;

/** Members as native clients ask for them (`npm org`): by the organization's name, on the use cases of `/api/v1`. */
@Injectable()
export class NamedOrganizationMembers {
  constructor(
    private readonly organizations: NamedOrganizations,
    private readonly memberships: MembershipsRepository,
    private readonly service: MembershipsService,
  ) {}

  async list(principal: Principal, organization: string): Promise<Member[]> {
    const { organizationId } = await this.organizations.authorized(principal, 'read', organization);
    const found = await this.service.list(principal, organizationId, { after: '', limit: maxMembersListed });
    return found.map(({ username, role }) => ({ username, role }));
  }

  /** The number of members afterwards, and whether they were invited and are not among them yet. */
  async set(
    { principal, organization, username, externalUrl }: NamedMembership & { readonly externalUrl?: string | undefined },
    role: Role,
  ): Promise<{ readonly members: number; readonly invited: boolean }> {
    const { organizationId } = await this.organizations.authorized(principal, 'manage-access', organization);
    const target = { by: actorOfPrincipal(principal), caller: principal, organizationId, username, externalUrl };
    const invitation = await this.service.set(target, role);
    return { members: await this.memberships.countMembers(organizationId), invited: invitation !== undefined };
  }

  async remove({ principal, organization, username }: NamedMembership): Promise<boolean> {
    const { organizationId } = await this.organizations.authorized(principal, 'manage-access', organization);
    return this.service.remove({ by: actorOfPrincipal(principal), caller: principal, organizationId, username });
  }
}
