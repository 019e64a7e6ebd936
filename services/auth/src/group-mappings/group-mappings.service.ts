import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { AuditActor } from '@waybill/audit';
import { AuditTrail } from '@waybill/audit';
import type { OrganizationId, Principal } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import { isUniqueViolation, UnitOfWork } from '@waybill/persistence';
import { CredentialChanges } from '../credential-changes/credential-changes.js';
import { requireMayGive } from '../grants/giving.rules.js';
import { resourcesOf } from '../grants/grant.resource.js';
import { GrantsRepository } from '../grants/grants.repository.js';
import { requireMayChange } from '../memberships/membership.rules.js';
import { OrganizationsRepository } from '../organizations/organizations.repository.js';
import type { TeamId } from '../teams/team.entity.js';
import { FollowedMembershipsRepository } from './followed-memberships.repository.js';
import { FollowedUpkeep } from './followed-upkeep.service.js';
import type { GroupMappingEntity, GroupMappingId } from './group-mapping.entity.js';
import { GroupMappingsRepository } from './group-mappings.repository.js';
import type { CreateGroupMappingBody } from './group-mappings.schema.js';

const maxMappings = 1000;

/** Who maps groups of an organization. That they manage access was asked before. */
export interface MappingPlace {
  readonly by: AuditActor;
  readonly caller: Principal;
  readonly organizationId: OrganizationId;
}

@Injectable()
export class GroupMappingsService {
  constructor(
    private readonly mappings: GroupMappingsRepository,
    private readonly organizations: OrganizationsRepository,
    private readonly grants: GrantsRepository,
    private readonly audit: AuditTrail,
    private readonly unitOfWork: UnitOfWork,
    private readonly followed: FollowedMembershipsRepository,
    private readonly upkeep: FollowedUpkeep,
    private readonly changes: CredentialChanges,
  ) {}

  async list(
    organizationId: OrganizationId,
  ): Promise<{ readonly mappings: GroupMappingEntity[]; readonly teamNames: ReadonlyMap<TeamId, string> }> {
    const [mappings, teamNames] = await Promise.all([
      this.mappings.list(organizationId),
      this.mappings.teamNames(organizationId),
    ]);
    return { mappings, teamNames };
  }

  /**
   * It holds from each person's next sign-in on. Throws `forbidden` `grant.beyond-own` for a role or a team that may do more
   * than the caller (A8), `not-found` `team.not-found`, `conflict`.
   */
  async create(
    { by, caller, organizationId }: MappingPlace,
    { provider, group, role, team }: CreateGroupMappingBody,
  ): Promise<GroupMappingEntity> {
    requireMayChange(caller, organizationId, { from: undefined, to: role });
    const teamId = team === undefined ? null : await this.mappings.teamNamed(organizationId, team);
    if (teamId === undefined) throw new DomainError('not-found', 'team.not-found', 'There is no such team.');
    const mapping = {
      groupMappingId: randomUUID() as GroupMappingId,
      organizationId,
      provider,
      groupName: group.replaceAll('\0', ''),
      role,
      teamId,
    };
    try {
      await this.unitOfWork.run(async (manager) => {
        await this.organizations.lock(manager, organizationId);
        if ((await this.mappings.count(manager, organizationId)) >= maxMappings) throw tooMany();
        for (const grant of teamId === null ? [] : await this.grants.ofTeam(teamId, manager)) {
          requireMayGive(caller, grant.actions, resourcesOf(grant));
        }
        await this.mappings.insert(manager, mapping);
        await this.audit.record(manager, by, {
          action: 'group-mapping.create',
          subject: `organization:${organizationId}`,
          organizationId,
          details: { provider, group, role, teamId },
        });
      });
    } catch (error) {
      if (!isUniqueViolation(error, 'group_mappings_once')) throw error;
      throw new DomainError('conflict', 'group-mapping.exists', 'That group is mapped to that place already.');
    }
    return { ...mapping, createdAt: new Date() };
  }

  /** What it gave and nothing else gives has ended with it (A11). Idempotent. Throws `forbidden` `grant.beyond-own`. */
  async remove({ by, caller, organizationId }: MappingPlace, id: GroupMappingId): Promise<void> {
    const isMore = await this.changes.run(async (manager) => {
      await this.organizations.lock(manager, organizationId);
      const removed = await this.mappings.remove(manager, organizationId, id);
      if (removed === undefined) return false;
      const { provider, groupName: group, role, teamId } = removed;
      requireMayChange(caller, organizationId, { from: role, to: undefined });
      await this.audit.record(manager, by, {
        action: 'group-mapping.delete',
        subject: `organization:${organizationId}`,
        organizationId,
        details: { provider, group, role, teamId },
      });
      await this.followed.blame(manager, removed);
      return this.upkeep.settleWithin(manager, organizationId);
    });
    if (isMore) await this.upkeep.settle(organizationId);
  }
}

function tooMany(): DomainError {
  return new DomainError('conflict', 'group-mapping.too-many', `An organization has at most ${maxMappings} mappings.`);
}
