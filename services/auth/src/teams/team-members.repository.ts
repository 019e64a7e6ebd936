import { Injectable } from '@nestjs/common';
import { userId } from '@waybill/contracts';
import type { UserId } from '@waybill/domain';
import { DataSource, type EntityManager } from 'typeorm';
import { z } from 'zod';
import { TeamMemberEntity } from './team-member.entity.js';
import type { TeamId } from './team.entity.js';

const memberRows = z.array(
  z.object({
    username: z.string(),
    fullName: z.string().nullable(),
    kind: z.enum(['person', 'service']),
    maintainer: z.boolean(),
    since: z.date(),
  }),
);
export type ListedTeamMember = z.infer<typeof memberRows>[number];

const userRows = z.array(z.object({ userId }));

const listQuery = `
  SELECT u.username, u.full_name AS "fullName", u.kind, m.maintainer, m.created_at AS since
  FROM team_members m JOIN users u USING (user_id)
  WHERE m.team_id = $1 AND u.username > $2 AND ($4::uuid IS NULL OR m.user_id = $4)
  ORDER BY u.username LIMIT $3`;

@Injectable()
export class TeamMembersRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** By username, from after `after`; `only`: just this one. */
  async list(
    teamId: TeamId,
    { after, limit, only }: { readonly after: string; readonly limit: number; readonly only?: UserId | undefined },
  ): Promise<ListedTeamMember[]> {
    return memberRows.parse(await this.dataSource.query(listQuery, [teamId, after, limit, only ?? null]));
  }

  async set(manager: EntityManager, member: Omit<TeamMemberEntity, 'createdAt'>): Promise<void> {
    await manager.getRepository(TeamMemberEntity).upsert(member, ['teamId', 'userId']);
  }

  async remove(manager: EntityManager, teamId: TeamId, member: UserId): Promise<void> {
    await manager.getRepository(TeamMemberEntity).delete({ teamId, userId: member });
  }

  count(manager: EntityManager, teamId: TeamId): Promise<number> {
    return manager.getRepository(TeamMemberEntity).countBy({ teamId });
  }

  /** At most `limit` of them. */
  async usersOf(manager: EntityManager, teamId: TeamId, limit: number): Promise<UserId[]> {
    const query = `SELECT user_id AS "userId" FROM team_members WHERE team_id = $1 LIMIT $2`;
    return userRows.parse(await manager.query(query, [teamId, limit])).map((row) => row.userId);
  }
}
