import type { OrganizationId, Role } from '@waybill/domain';
import type { TeamId } from '../teams/team.entity.js';
import type { GroupMappingEntity, MappedRole } from './group-mapping.entity.js';

/** What somebody's groups give them in one organization. */
export interface MappedPlace {
  readonly organizationId: OrganizationId;
  readonly role: MappedRole;
  readonly teamIds: readonly TeamId[];
}

const strongestFirst: readonly MappedRole[] = ['admin', 'member', 'auditor', 'reader'];

/** Per organization the strongest role, and all teams. */
export function placesOf(
  mappings: readonly Pick<GroupMappingEntity, 'organizationId' | 'role' | 'teamId'>[],
): readonly MappedPlace[] {
  const places = new Map<OrganizationId, { role: MappedRole; teamIds: Set<TeamId> }>();
  for (const { organizationId, role, teamId } of mappings) {
    const place = places.get(organizationId) ?? { role, teamIds: new Set<TeamId>() };
    if (strongestFirst.indexOf(role) < strongestFirst.indexOf(place.role)) place.role = role;
    if (teamId !== null) place.teamIds.add(teamId);
    places.set(organizationId, place);
  }
  return [...places].map(([organizationId, { role, teamIds }]) => ({ organizationId, role, teamIds: [...teamIds] }));
}

/** Whether groups may set this role to what they give: only where they gave it, and never an owner's. */
export function followsRole(current: Role, madeMember: boolean): boolean {
  return madeMember && current !== 'owner';
}
