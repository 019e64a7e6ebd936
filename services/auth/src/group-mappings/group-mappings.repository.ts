import { Injectable } from '@nestjs/common';
import type { OrganizationId, UserId } from '@waybill/domain';
import { DataSource, type EntityManager, In } from 'typeorm';
import type { IdentityProvider } from '../external-identities/external-identity.js';
import { TeamMemberEntity } from '../teams/team-member.entity.js';
import { TeamEntity, type TeamId } from '../teams/team.entity.js';
import type { FollowedMembershipEntity } from './followed-membership.entity.js';
import type { GroupMappingId } from './group-mapping.entity.js';
import { GroupMappingEntity } from './group-mapping.entity.js';

const maxMatched = 1000;

@Injectable()
export class GroupMappingsRepository {
  constructor(private readonly dataSource: DataSource) {}

  async insert(manager: EntityManager, mapping: Omit<GroupMappingEntity, 'createdAt'>): Promise<void> {
    await manager.getRepository(GroupMappingEntity).insert(mapping);
  }

  list(organizationId: OrganizationId): Promise<GroupMappingEntity[]> {
    const order = { groupName: 'ASC', groupMappingId: 'ASC' } as const;
    return this.dataSource.getRepository(GroupMappingEntity).find({ where: { organizationId }, order });
  }

  count(manager: EntityManager, organizationId: OrganizationId): Promise<number> {
    return manager.getRepository(GroupMappingEntity).countBy({ organizationId });
  }

  /** Only one of that organization (security.md A3). The one that was removed. */
  async remove(
    manager: EntityManager,
    organizationId: OrganizationId,
    groupMappingId: GroupMappingId,
  ): Promise<GroupMappingEntity | undefined> {
    const table = manager.getRepository(GroupMappingEntity);
    const found = await table.findOne({
      where: { organizationId, groupMappingId },
      lock: { mode: 'pessimistic_write' },
    });
    if (found === null) return undefined;
    await table.delete({ groupMappingId });
    return found;
  }

  /** What is given to whoever is in these groups. */
  matching(
    manager: EntityManager,
    provider: IdentityProvider,
    groups: readonly string[],
  ): Promise<GroupMappingEntity[]> {
    if (groups.length === 0) return Promise.resolve([]);
    const where = { provider, groupName: In([...groups]) };
    return manager
      .getRepository(GroupMappingEntity)
      .find({ where, order: { organizationId: 'ASC', groupMappingId: 'ASC' }, take: maxMatched });
  }

  /** Those of these that are there still. */
  still(
    manager: EntityManager,
    { organizationId, provider, mappingIds }: FollowedMembershipEntity,
  ): Promise<GroupMappingEntity[]> {
    const groupMappingId = In(mappingIds as GroupMappingId[]);
    return manager.getRepository(GroupMappingEntity).findBy({ organizationId, provider, groupMappingId });
  }

  async teamNamed(organizationId: OrganizationId, name: string): Promise<TeamId | undefined> {
    const where = { organizationId, name: name as TeamEntity['name'] };
    return (await this.dataSource.getRepository(TeamEntity).findOneBy(where))?.teamId;
  }

  async teamNames(organizationId: OrganizationId): Promise<ReadonlyMap<TeamId, string>> {
    const teams = await this.dataSource.getRepository(TeamEntity).findBy({ organizationId });
    return new Map(teams.map(({ teamId, name }) => [teamId, name]));
  }

  async joinTeams(manager: EntityManager, userId: UserId, teamIds: readonly string[]): Promise<void> {
    await manager.query(
      `INSERT INTO team_members (team_id, user_id) SELECT t.team_id, $2 FROM teams t WHERE t.team_id = ANY ($1::uuid[])
       ON CONFLICT DO NOTHING`,
      [teamIds, userId],
    );
  }

  async leaveTeams(manager: EntityManager, userId: UserId, teamIds: readonly string[]): Promise<void> {
    if (teamIds.length === 0) return;
    await manager.getRepository(TeamMemberEntity).delete({ userId, teamId: In([...teamIds]) });
  }
}
