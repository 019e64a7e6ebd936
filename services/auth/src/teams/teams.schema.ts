import { MayBeAbsent, pageOf } from '@waybill/management-api';
import { IsBoolean, IsOptional, IsString, MaxLength } from 'class-validator';
import { z } from 'zod';
import type { ListedTeamMember } from './team-members.repository.js';
import type { TeamEntity } from './team.entity.js';

export class CreateTeamBody {
  /** As it stands in addresses. */
  @IsString()
  @MaxLength(64)
  name!: string;

  @IsOptional()
  @IsString()
  @MaxLength(100)
  displayName?: string | null;

  @IsOptional()
  @IsString()
  @MaxLength(1000)
  description?: string | null;

  /** Known only to its members and to who manages access or audits. */
  @MayBeAbsent()
  @IsBoolean()
  secret?: boolean;
}

/** What is left out stays; null takes away (RFC 7396), and is refused where something must be. */
export class ChangeTeamBody {
  @MayBeAbsent()
  @IsString()
  @MaxLength(64)
  name?: string;

  @IsOptional()
  @IsString()
  @MaxLength(100)
  displayName?: string | null;

  @IsOptional()
  @IsString()
  @MaxLength(1000)
  description?: string | null;

  @MayBeAbsent()
  @IsBoolean()
  secret?: boolean;
}

export class TeamMemberBody {
  /** Who may add and remove members of this team. A new member is none, and a member stays what they are, unless it is said. */
  @MayBeAbsent()
  @IsBoolean()
  maintainer?: boolean;
}

export const teamView = z.object({
  id: z.uuid(),
  name: z.string(),
  displayName: z.string().nullable(),
  description: z.string().nullable(),
  secret: z.boolean(),
  createdAt: z.iso.datetime(),
});
export type TeamView = z.infer<typeof teamView>;
export const teamPage = pageOf(teamView);

export const teamMemberView = z.object({
  username: z.string(),
  fullName: z.string().nullable(),
  kind: z.enum(['person', 'service']),
  maintainer: z.boolean(),
  since: z.iso.datetime(),
});
export type TeamMemberView = z.infer<typeof teamMemberView>;
export const teamMemberPage = pageOf(teamMemberView);

export function viewOfTeam(team: TeamEntity): TeamView {
  const { teamId: id, name, displayName, description, secret, createdAt } = team;
  return { id, name, displayName, description, secret, createdAt: createdAt.toISOString() };
}

export function viewOfTeamMember({ since, ...member }: ListedTeamMember): TeamMemberView {
  return { ...member, since: since.toISOString() };
}
