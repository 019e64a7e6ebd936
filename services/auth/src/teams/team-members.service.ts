import { Injectable } from '@nestjs/common';
import type { AuditedAction } from '@waybill/audit';
import { AuditTrail } from '@waybill/audit';
import type { OrganizationId, Principal } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import type { EntityManager } from 'typeorm';
import { CredentialChanges } from '../credential-changes/credential-changes.js';
import { requireMayGive } from '../grants/giving.rules.js';
import { resourcesOf } from '../grants/grant.resource.js';
import { GrantsRepository } from '../grants/grants.repository.js';
import { SubjectsRepository } from '../grants/subjects.repository.js';
import { maySeeMembers } from '../organizations/organization.rules.js';
import { OrganizationsRepository } from '../organizations/organizations.repository.js';
import { GrantsChangedAnnouncer } from '../users/grants-changed.announcer.js';
import type { UserEntity } from '../users/user.entity.js';
import type { ListedTeamMember } from './team-members.repository.js';
import { TeamMembersRepository } from './team-members.repository.js';
import type { TeamEntity } from './team.entity.js';
import { maxMembersPerTeam } from './team.rules.js';
import { TeamsRepository } from './teams.repository.js';
import type { InOrganization } from './teams.service.js';
import { TeamsService } from './teams.service.js';

/** Who is to be what in a team: undefined: a maintainer stays one, and nobody else becomes one. */
export interface TeamMemberWish {
  readonly username: string;
  readonly maintainer?: boolean | undefined;
}

type Standing = 'member' | 'maintainer' | undefined;

@Injectable()
export class TeamMembersService {
  constructor(
    private readonly service: TeamsService,
    private readonly teams: TeamsRepository,
    private readonly members: TeamMembersRepository,
    private readonly grants: GrantsRepository,
    private readonly subjects: SubjectsRepository,
    private readonly organizations: OrganizationsRepository,
    private readonly grantsChanged: GrantsChangedAnnouncer,
    private readonly audit: AuditTrail,
    private readonly changes: CredentialChanges,
  ) {}

  /** By username. Where the directory is private, maintainers, who manages access and who audits see others than themselves. */
  async list(
    caller: Principal,
    organizationId: OrganizationId,
    { team: name, ...page }: { readonly team: string; readonly after: string; readonly limit: number },
  ): Promise<ListedTeamMember[]> {
    const team = await this.service.view(caller, organizationId, name);
    const organization = await this.organizations.findById(organizationId);
    if (organization === undefined || caller.kind === 'anonymous') return [];
    const seesAll =
      maySeeMembers(caller, organization) ||
      (await this.teams.membership(team.teamId, caller.userId))?.maintainer === true;
    return this.members.list(team.teamId, { ...page, only: seesAll ? undefined : caller.userId });
  }

  /**
   * Adds a member of the organization, or a service account of it, or makes a member a maintainer or none. Idempotent. Throws
   * `conflict` `team.not-of-organization`, also for a name that nobody has (A6), `team.full`, `forbidden` `grant.beyond-own`.
   */
  async set(where: InOrganization, teamName: string, { username, maintainer }: TeamMemberWish): Promise<void> {
    await this.#change(where, teamName, username, (from) => {
      if (maintainer === undefined) return from ?? 'member';
      return maintainer ? 'maintainer' : 'member';
    });
  }

  /** Whether they were a member. Idempotent. Throws `not-found` for a team that there is not, `forbidden` `grant.beyond-own`. */
  remove(where: InOrganization, teamName: string, username: string): Promise<boolean> {
    return this.#change(where, teamName, username, () => undefined);
  }

  async #change(
    where: InOrganization,
    teamName: string,
    username: string,
    after: (from: Standing) => Standing,
  ): Promise<boolean> {
    const { by, caller, organizationId } = where;
    return this.changes.run(async (manager) => {
      await this.organizations.lock(manager, organizationId);
      const team = await this.service.view(caller, organizationId, teamName, manager);
      const account = await this.subjects.account(username, manager);
      const found = account && (await this.teams.membership(team.teamId, account.userId, manager));
      const from = found && (found.maintainer ? 'maintainer' : 'member');
      const to = after(from);
      if (from === to) return false;
      await this.#requireMay(manager, caller, { team, account, from, to });
      if (account === undefined) return false;
      const key = { teamId: team.teamId, userId: account.userId };
      if (to === undefined) await this.members.remove(manager, team.teamId, account.userId);
      else await this.members.set(manager, { ...key, maintainer: to === 'maintainer' });
      await this.grantsChanged.announce(manager, account.userId);
      await this.audit.record(manager, by, {
        action: actionOf(from, to),
        subject: `team:${team.teamId}`,
        organizationId,
        details: { team: team.name, userId: account.userId, before: from ?? null, after: to ?? null },
      });
      return true;
    });
  }

  async #requireMay(
    manager: EntityManager,
    caller: Principal,
    change: {
      readonly team: TeamEntity;
      readonly account: UserEntity | undefined;
      readonly from: Standing;
      readonly to: Standing;
    },
  ): Promise<void> {
    const { team, account, from, to } = change;
    const { teamId, organizationId } = team;
    const leaves = to === undefined && caller.kind !== 'anonymous' && caller.userId === account?.userId;
    if (leaves) return;
    for (const grant of await this.grants.ofTeam(teamId, manager)) {
      requireMayGive(caller, grant.actions, resourcesOf(grant));
    }
    if (from !== undefined) return;
    if (account === undefined || !(await this.subjects.belongs(manager, account, organizationId))) {
      throw notOfOrganization();
    }
    if ((await this.members.count(manager, teamId)) >= maxMembersPerTeam) throw full();
  }
}

function actionOf(from: Standing, to: Standing): AuditedAction {
  if (from === undefined) return 'team-member.add';
  return to === undefined ? 'team-member.remove' : 'team-member.change';
}

function notOfOrganization(): DomainError {
  return new DomainError(
    'conflict',
    'team.not-of-organization',
    'Only members and service accounts of the organization can be in its teams: others are invited first.',
  );
}

function full(): DomainError {
  return new DomainError('conflict', 'team.full', `A team has at most ${maxMembersPerTeam} members.`);
}
