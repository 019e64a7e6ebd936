import { Injectable } from '@nestjs/common';
import { actorOfPrincipal } from '@waybill/audit';
import type { Principal } from '@waybill/domain';
import { NamedOrganizations } from '../organizations/named-organizations.js';
import { TeamMembersService } from './team-members.service.js';
import { TeamMembershipOfPath } from './team.resource.js';
import { maxMembersPerTeam, maxTeamsPerOrganization } from './team.rules.js';
import type { InOrganization } from './teams.service.js';
import { TeamsService } from './teams.service.js';

/** A team as a client names it. */
export interface NamedTeam {
  readonly principal: Principal;
  readonly organization: string;
  readonly team: string;
}

/** Teams as native clients ask for them (`npm team`): by names, on the use cases of `/api/v1`. */
@Injectable()
export class NamedTeams {
  constructor(
    private readonly organizations: NamedOrganizations,
    private readonly teams: TeamsService,
    private readonly members: TeamMembersService,
    private readonly place: TeamMembershipOfPath,
  ) {}

  async list({ principal, organization }: Omit<NamedTeam, 'team'>): Promise<string[]> {
    const { organizationId } = await this.organizations.authorized(principal, 'read', organization);
    const found = await this.teams.list(principal, organizationId, { after: '', limit: maxTeamsPerOrganization });
    return found.map(({ name }) => name);
  }

  async create(named: NamedTeam, description: string | undefined): Promise<string> {
    const where = await this.#managed(named);
    const settings = { name: named.team, displayName: null, description: description ?? null, secret: false };
    return (await this.teams.create(where, settings)).name;
  }

  async delete(named: NamedTeam): Promise<void> {
    await this.teams.delete(await this.#managed(named), named.team);
  }

  async listMembers({ principal, organization, team }: NamedTeam): Promise<string[]> {
    const { organizationId } = await this.organizations.authorized(principal, 'read', organization);
    const found = await this.members.list(principal, organizationId, { team, after: '', limit: maxMembersPerTeam });
    return found.map(({ username }) => username);
  }

  async add(named: NamedTeam, username: string): Promise<void> {
    await this.members.set(await this.#maintained(named, false), named.team, { username });
  }

  async remove(named: NamedTeam, username: string): Promise<boolean> {
    return this.members.remove(await this.#maintained(named, username.toLowerCase()), named.team, username);
  }

  async #managed({ principal, organization }: NamedTeam): Promise<InOrganization> {
    const { organizationId } = await this.organizations.authorized(principal, 'manage-access', organization);
    return { by: actorOfPrincipal(principal), caller: principal, organizationId };
  }

  /** Who maintains the team, or leaves it, need not manage access. */
  async #maintained(named: NamedTeam, leaves: string | false): Promise<InOrganization> {
    const { principal, organization, team } = named;
    const { organizationId } = await this.organizations.authorized(principal, 'read', organization);
    const isOwn = await this.place.isOwn(principal, organizationId, { team, leaves });
    return isOwn ? { by: actorOfPrincipal(principal), caller: principal, organizationId } : this.#managed(named);
  }
}
