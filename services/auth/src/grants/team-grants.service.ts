import { Injectable } from '@nestjs/common';
import { actorOfPrincipal } from '@waybill/audit';
import type { OrganizationId, PackagePurl, RepositoryId, Visibility } from '@waybill/domain';
import { grantOfRow } from '../introspection/person-grants.rules.js';
import { NamedOrganizations } from '../organizations/named-organizations.js';
import { requireAllowed } from '../require-allowed.js';
import type { NamedTeam } from '../teams/named-teams.service.js';
import type { InOrganization } from '../teams/teams.service.js';
import { TeamsService } from '../teams/teams.service.js';
import { actionsOfGrant } from './grant-role.js';
import { targetOf } from './grant-targets.service.js';
import { GrantsRepository } from './grants.repository.js';
import { GrantsService } from './grants.service.js';

/** A team and a package, as an adapter knows them. */
export interface TeamOnPackage extends NamedTeam {
  readonly organizationId: OrganizationId;
  readonly repositoryId: RepositoryId;
  /** Of the repository. */
  readonly slug: string;
  /** Of the package. */
  readonly visibility: Visibility;
  readonly packagePurl: PackagePurl;
}

/** What teams may do with packages, as native clients ask for it (`npm access grant`): on the use cases of `/api/v1`. */
@Injectable()
export class TeamGrants {
  constructor(
    private readonly organizations: NamedOrganizations,
    private readonly teams: TeamsService,
    private readonly grants: GrantsService,
    private readonly repository: GrantsRepository,
  ) {}

  async give(on: TeamOnPackage, permission: 'read' | 'write'): Promise<void> {
    const { where, target } = await this.#managed(on);
    const actions = actionsOfGrant(permission === 'read' ? 'reader' : 'publisher');
    await this.grants.give(where, { subject: { team: on.team }, target, actions }, { replace: true });
  }

  async take(on: TeamOnPackage): Promise<boolean> {
    const { where, target } = await this.#managed(on);
    return this.grants.takeFrom(where, { team: on.team }, target);
  }

  /** All that reaches into the repository. */
  async list({ principal, organization, team }: NamedTeam, repositoryId: RepositoryId) {
    const { organizationId } = await this.organizations.authorized(principal, 'read', organization);
    const { teamId } = await this.teams.view(principal, organizationId, team);
    const found = await this.repository.ofTeam(teamId);
    return found
      .filter((grant) => grant.repositoryId === null || grant.repositoryId === repositoryId)
      .flatMap((grant) => grantOfRow(grant) ?? [])
      .map((grant) => ({ ...grant, actions: [...grant.actions] }));
  }

  async #managed({ principal, organization, ...place }: TeamOnPackage) {
    const named = await this.organizations.authorized(principal, 'read', organization);
    const { organizationId, repositoryId, slug, visibility, packagePurl: purl } = place;
    const resource = { kind: 'package' as const, organizationId, repositoryId, visibility, purl };
    const isOwned = named.organizationId === organizationId;
    const what = 'That package of the organization';
    requireAllowed(principal, 'manage-access', { resource: isOwned ? resource : undefined, what });
    const where: InOrganization = { by: actorOfPrincipal(principal), caller: principal, organizationId };
    return { where, target: targetOf(resource, slug) };
  }
}
