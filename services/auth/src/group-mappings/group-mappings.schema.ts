import { roles } from '@waybill/domain';
import { IsIn, IsString, Length } from 'class-validator';
import { z } from 'zod';
import type { IdentityProvider } from '../external-identities/external-identity.js';
import { identityProviders } from '../external-identities/external-identity.js';
import type { TeamId } from '../teams/team.entity.js';
import type { GroupMappingEntity, MappedRole } from './group-mapping.entity.js';
import { mappedRoles } from './group-mapping.entity.js';
import { MayBeAbsent } from '@waybill/management-api';

export class CreateGroupMappingBody {
  @IsIn(identityProviders)
  provider!: IdentityProvider;

  /** Letter by letter as the other system writes it; for LDAP the group's distinguished name. */
  @IsString()
  @Length(1, 1000)
  group!: string;

  @IsIn(mappedRoles)
  role!: MappedRole;

  /** Name of a team of the organization. */
  @MayBeAbsent()
  @IsString()
  @Length(1, 64)
  team?: string;
}

export const groupMappingView = z.object({
  id: z.uuid(),
  provider: z.enum(identityProviders),
  group: z.string(),
  role: z.enum(roles),
  team: z.string().nullable(),
  createdAt: z.iso.datetime(),
});
export type GroupMappingView = z.infer<typeof groupMappingView>;

export function viewOfGroupMapping(
  { groupMappingId: id, provider, groupName: group, role, teamId, createdAt }: GroupMappingEntity,
  teamNames: ReadonlyMap<TeamId, string>,
): GroupMappingView {
  const team = teamId === null ? null : (teamNames.get(teamId) ?? null);
  return { id, provider, group, role, team, createdAt: createdAt.toISOString() };
}
