import { Injectable } from '@nestjs/common';
import type { OrganizationId, Slug, UserId } from '@waybill/domain';
import { DataSource, type EntityManager } from 'typeorm';
import { TeamMemberEntity } from './team-member.entity.js';
import type { TeamId } from './team.entity.js';
import { TeamEntity } from './team.entity.js';

export type TeamSettings = Pick<TeamEntity, 'name' | 'displayName' | 'description' | 'secret'>;

export interface TeamFilter {
  readonly after: string;
  readonly limit: number;
  /** Secret teams are listed only where this one is a member; all of them where it is undefined. */
  readonly seenBy?: UserId | undefined;
}

@Injectable()
export class TeamsRepository {
  constructor(private readonly dataSource: DataSource) {}

  async insert(
    manager: EntityManager,
    team: TeamSettings & Pick<TeamEntity, 'teamId' | 'organizationId'>,
  ): Promise<void> {
    await this.#table(manager).insert(team);
  }

  async find(
    organizationId: OrganizationId,
    name: Slug,
    manager: EntityManager = this.dataSource.manager,
  ): Promise<TeamEntity | undefined> {
    return (await this.#table(manager).findOneBy({ organizationId, name })) ?? undefined;
  }

  /** By name, from after `after`. */
  list(organizationId: OrganizationId, { after, limit, seenBy }: TeamFilter): Promise<TeamEntity[]> {
    const query = this.#table()
      .createQueryBuilder('team')
      .where('team.organization_id = :organizationId AND team.name > :after', { organizationId, after })
      .orderBy('team.name')
      .limit(limit);
    if (seenBy !== undefined) {
      const own = 'SELECT 1 FROM team_members m WHERE m.team_id = team.team_id AND m.user_id = :seenBy';
      query.andWhere(`(NOT team.secret OR EXISTS (${own}))`, { seenBy });
    }
    return query.getMany();
  }

  count(manager: EntityManager, organizationId: OrganizationId): Promise<number> {
    return this.#table(manager).countBy({ organizationId });
  }

  /** Writes down what changed of a team of a locked organization, as its next version. */
  async change(manager: EntityManager, team: TeamEntity, changes: Partial<TeamSettings>): Promise<TeamEntity> {
    const version = team.version + 1;
    await this.#table(manager).update({ teamId: team.teamId }, { ...changes, version });
    return Object.assign(new TeamEntity(), team, changes, { version });
  }

  /** With its members and grants. */
  async remove(manager: EntityManager, teamId: TeamId): Promise<void> {
    await this.#table(manager).delete({ teamId });
  }

  async membership(
    teamId: TeamId,
    userId: UserId,
    manager: EntityManager = this.dataSource.manager,
  ): Promise<TeamMemberEntity | undefined> {
    return (await manager.getRepository(TeamMemberEntity).findOneBy({ teamId, userId })) ?? undefined;
  }

  #table(manager: EntityManager = this.dataSource.manager) {
    return manager.getRepository(TeamEntity);
  }
}
