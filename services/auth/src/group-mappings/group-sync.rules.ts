import type { OrganizationId, Role } from '@waybill/domain';
import type { TeamId } from '../teams/team.entity.js';
import type { GroupMappingEntity, GroupMappingId, MappedRole } from './group-mapping.entity.js';

/** What somebody's groups give them in one organization. */
export interface MappedPlace {
  readonly organizationId: OrganizationId;
  readonly role: MappedRole;
  readonly teamIds: readonly TeamId[];
  /** What gave it. */
  readonly mappingIds: readonly GroupMappingId[];
}

const strongestFirst: readonly MappedRole[] = ['admin', 'member', 'auditor', 'reader'];

/** Per organization the strongest role, and all teams. */
export function placesOf(
  mappings: readonly Pick<GroupMappingEntity, 'groupMappingId' | 'organizationId' | 'role' | 'teamId'>[],
): readonly MappedPlace[] {
  const places = new Map<OrganizationId, MappedPlace>();
  for (const { groupMappingId, organizationId, role, teamId } of mappings) {
    const { role: strongest = role, teamIds = [], mappingIds = [] } = places.get(organizationId) ?? {};
    places.set(organizationId, {
      organizationId,
      role: strongestFirst.indexOf(role) < strongestFirst.indexOf(strongest) ? role : strongest,
      teamIds: teamId === null || teamIds.includes(teamId) ? teamIds : [...teamIds, teamId],
      mappingIds: [...mappingIds, groupMappingId].toSorted(),
    });
  }
  return [...places.values()];
}

/** Whether groups may set this role to what they give: only where they gave it, and never an owner's. */
export function followsRole(current: Role, madeMember: boolean): boolean {
  return madeMember && current !== 'owner';
}
