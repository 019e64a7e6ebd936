import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { AuditActor } from '@waybill/audit';
import { AuditTrail } from '@waybill/audit';
import type { OrganizationId } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import { isUniqueViolation, UnitOfWork } from '@waybill/persistence';
import { OrganizationsRepository } from '../organizations/organizations.repository.js';
import type { TeamId } from '../teams/team.entity.js';
import type { GroupMappingEntity, GroupMappingId } from './group-mapping.entity.js';
import { GroupMappingsRepository } from './group-mappings.repository.js';
import type { CreateGroupMappingBody } from './group-mappings.schema.js';

const maxMappings = 1000;

@Injectable()
export class GroupMappingsService {
  constructor(
    private readonly mappings: GroupMappingsRepository,
    private readonly organizations: OrganizationsRepository,
    private readonly audit: AuditTrail,
    private readonly unitOfWork: UnitOfWork,
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

  /** It holds from each person's next sign-in on. Throws `not-found` `team.not-found`, `conflict`. */
  async create(
    by: AuditActor,
    organizationId: OrganizationId,
    { provider, group, role, team }: CreateGroupMappingBody,
  ): Promise<GroupMappingEntity> {
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

  /** What it gave ends at each person's next sign-in. Idempotent. */
  async remove(by: AuditActor, organizationId: OrganizationId, id: GroupMappingId): Promise<void> {
    await this.unitOfWork.run(async (manager) => {
      const removed = await this.mappings.remove(manager, organizationId, id);
      if (removed === undefined) return;
      const { provider, groupName: group, role, teamId } = removed;
      await this.audit.record(manager, by, {
        action: 'group-mapping.delete',
        subject: `organization:${organizationId}`,
        organizationId,
        details: { provider, group, role, teamId },
      });
    });
  }
}

function tooMany(): DomainError {
  return new DomainError('conflict', 'group-mapping.too-many', `An organization has at most ${maxMappings} mappings.`);
}
