import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { AuditActor } from '@waybill/audit';
import { AuditTrail } from '@waybill/audit';
import type { OrganizationId, Principal } from '@waybill/domain';
import { DomainError, isSlug, parseSlug } from '@waybill/domain';
import { isUniqueViolation } from '@waybill/persistence';
import type { EntityManager } from 'typeorm';
import { CredentialChanges } from '../credential-changes/credential-changes.js';
import { requireMayGive } from '../grants/giving.rules.js';
import { resourcesOf } from '../grants/grant.resource.js';
import { GrantsRepository } from '../grants/grants.repository.js';
import { FollowedUpkeep } from '../group-mappings/followed-upkeep.service.js';
import { notThere } from '../not-there.js';
import { affectedLimit, OrganizationAnnouncer } from '../organizations/organization-announcer.js';
import { OrganizationsRepository } from '../organizations/organizations.repository.js';
import { TeamMembersRepository } from './team-members.repository.js';
import type { TeamEntity, TeamId } from './team.entity.js';
import { maxTeamsPerOrganization, seesSecretTeams } from './team.rules.js';
import type { TeamSettings } from './teams.repository.js';
import { TeamsRepository } from './teams.repository.js';

/** As somebody wishes them; the name is not checked yet. */
export type WantedTeam = Omit<TeamSettings, 'name'> & { readonly name: string };

/** Who does something in an organization. The permission was asked before. */
export interface InOrganization {
  readonly by: AuditActor;
  readonly caller: Principal;
  readonly organizationId: OrganizationId;
}

@Injectable()
export class TeamsService {
  constructor(
    private readonly teams: TeamsRepository,
    private readonly members: TeamMembersRepository,
    private readonly grants: GrantsRepository,
    private readonly organizations: OrganizationsRepository,
    private readonly announcer: OrganizationAnnouncer,
    private readonly audit: AuditTrail,
    private readonly changes: CredentialChanges,
    private readonly followed: FollowedUpkeep,
  ) {}

  /** By name; secret ones to who may know of them. */
  list(
    caller: Principal,
    organizationId: OrganizationId,
    page: { after: string; limit: number },
  ): Promise<TeamEntity[]> {
    if (caller.kind === 'anonymous') return Promise.resolve([]);
    const seenBy = seesSecretTeams(caller, organizationId) ? undefined : caller.userId;
    return this.teams.list(organizationId, { ...page, seenBy });
  }

  /** Throws what is thrown for a team that there is not also for a secret one that the caller may not know of (A6). */
  async view(
    caller: Principal,
    organizationId: OrganizationId,
    name: string,
    manager?: EntityManager,
  ): Promise<TeamEntity> {
    const team = await this.find(caller, organizationId, name, manager);
    if (team === undefined) throw notThere(caller);
    return team;
  }

  /** Undefined for a team that there is not, and for a secret one that the caller may not know of. */
  async find(
    caller: Principal,
    organizationId: OrganizationId,
    name: string,
    manager?: EntityManager,
  ): Promise<TeamEntity | undefined> {
    if (caller.kind === 'anonymous' || !isSlug(name)) return undefined;
    const team = await this.teams.find(organizationId, name, manager);
    if (team === undefined || !team.secret || seesSecretTeams(caller, organizationId)) return team;
    const membership = await this.teams.membership(team.teamId, caller.userId, manager);
    return membership && team;
  }

  /** Throws `invalid` `slug.malformed`, `conflict` `team.name-taken` | `team.too-many`. */
  async create({ by, organizationId }: InOrganization, settings: WantedTeam): Promise<TeamEntity> {
    const name = parseSlug(settings.name);
    const teamId = randomUUID() as TeamId;
    return uniquely(() =>
      this.changes.run(async (manager) => {
        await this.organizations.lock(manager, organizationId);
        const count = await this.teams.count(manager, organizationId);
        if (count >= maxTeamsPerOrganization) throw tooMany();
        const team = { ...settings, name, teamId, organizationId };
        await this.teams.insert(manager, team);
        await this.audit.record(manager, by, {
          action: 'team.create',
          subject: `team:${teamId}`,
          organizationId,
          details: { before: null, after: settings },
        });
        return { ...team, version: 1, createdAt: new Date() };
      }),
    );
  }

  /** Changes what is given and differs. Throws `not-found`, `precondition-failed`, `conflict` `team.name-taken`. */
  async change(
    { by, caller, organizationId }: InOrganization,
    name: string,
    wish: { readonly settings: Partial<WantedTeam>; readonly requireVersion: (version: number) => void },
  ): Promise<TeamEntity> {
    const { requireVersion } = wish;
    const { name: newName, ...rest } = wish.settings;
    const settings: Partial<TeamSettings> = newName === undefined ? rest : { ...rest, name: parseSlug(newName) };
    return uniquely(() =>
      this.changes.run(async (manager) => {
        await this.organizations.lock(manager, organizationId);
        const before = await this.view(caller, organizationId, name, manager);
        requireVersion(before.version);
        const changed = settingNames.filter((key) => settings[key] !== undefined && settings[key] !== before[key]);
        if (changed.length === 0) return before;
        const after = await this.teams.change(manager, before, pick(settings, changed));
        await this.audit.record(manager, by, {
          action: 'team.change',
          subject: `team:${before.teamId}`,
          organizationId,
          details: { team: before.name, before: pick(before, changed), after: pick(after, changed) },
        });
        return after;
      }),
    );
  }

  /** With what was given to it, and what groups gave by mappings into it. Throws `not-found`, `forbidden` `grant.beyond-own`. */
  async delete({ by, caller, organizationId }: InOrganization, name: string): Promise<void> {
    const isMore = await this.changes.run(async (manager) => {
      const organization = await this.organizations.lock(manager, organizationId);
      const team = await this.view(caller, organizationId, name, manager);
      const grants = await this.grants.ofTeam(team.teamId, manager);
      for (const grant of grants) requireMayGive(caller, grant.actions, resourcesOf(grant));
      const affected = await this.members.usersOf(manager, team.teamId, affectedLimit);
      const members = await this.members.count(manager, team.teamId);
      await this.teams.remove(manager, team.teamId);
      await this.announcer.accessChanged(manager, organization, grants.length === 0 ? [] : affected);
      await this.audit.record(manager, by, {
        action: 'team.delete',
        subject: `team:${team.teamId}`,
        organizationId,
        details: { before: { ...pick(team, settingNames), members, grants: grants.length }, after: null },
      });
      return this.followed.settleWithin(manager, organizationId);
    });
    if (isMore) await this.followed.settle(organizationId);
  }
}

const settingNames = ['name', 'displayName', 'description', 'secret'] as const;

function pick(settings: Partial<TeamSettings>, names: readonly (keyof TeamSettings)[]): Partial<TeamSettings> {
  return Object.fromEntries(names.map((name) => [name, settings[name]]));
}

async function uniquely<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!isUniqueViolation(error, 'teams_name_unique')) throw error;
    throw new DomainError('conflict', 'team.name-taken', 'There is a team of that name already.');
  }
}

function tooMany(): DomainError {
  const message = `An organization has at most ${maxTeamsPerOrganization} teams.`;
  return new DomainError('conflict', 'team.too-many', message);
}
