import { Injectable } from '@nestjs/common';
import type { OrganizationId, UserId } from '@waybill/domain';
import { DataSource } from 'typeorm';
import { z } from 'zod';

const teamRows = z.array(
  z.object({
    organization: z.string(),
    name: z.string(),
    displayName: z.string().nullable(),
    maintainer: z.boolean(),
  }),
);
export type OwnTeam = z.infer<typeof teamRows>[number];

const tokenRows = z.tuple([z.object({ working: z.int(), expiringSoon: z.int() })]);
export type TokenCounts = z.infer<typeof tokenRows>[0];

const teamsQuery = `
  SELECT o.name AS organization, t.name, t.display_name AS "displayName", m.maintainer
  FROM team_members m JOIN teams t USING (team_id) JOIN organizations o USING (organization_id)
  WHERE m.user_id = $1 AND t.organization_id = ANY($2) ORDER BY o.name, t.name LIMIT $3`;

const tokensQuery = `
  SELECT count(*)::int AS working,
         (count(*) FILTER (WHERE expires_at < now() + make_interval(days => $2)))::int AS "expiringSoon"
  FROM tokens WHERE user_id = $1 AND revoked_at IS NULL AND expires_at > now()`;

@Injectable()
export class WorkspaceRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** The teams in these organizations that somebody is in, by the names of both. */
  async teamsOf(userId: UserId, organizations: readonly OrganizationId[], limit: number): Promise<OwnTeam[]> {
    return teamRows.parse(await this.dataSource.query(teamsQuery, [userId, organizations, limit]));
  }

  async tokensOf(userId: UserId, soonDays: number): Promise<TokenCounts> {
    return tokenRows.parse(await this.dataSource.query(tokensQuery, [userId, soonDays]))[0];
  }
}
