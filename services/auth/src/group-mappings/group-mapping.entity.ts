import type { OrganizationId, Role } from '@waybill/domain';
import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import type { IdentityProvider } from '../external-identities/external-identity.js';
import { OrganizationEntity } from '../organizations/organization.entity.js';
import type { TeamId } from '../teams/team.entity.js';
import { TeamEntity } from '../teams/team.entity.js';

export type GroupMappingId = string & { readonly __brand: 'GroupMappingId' };

/** Roles that a group may give. Owners are made by hand (security.md A8). */
export const mappedRoles = ['admin', 'member', 'auditor', 'reader'] as const satisfies readonly Role[];
export type MappedRole = (typeof mappedRoles)[number];

/** What an organization gives to whoever is in a group elsewhere: a role in it, and a place in a team. */
@Entity('group_mappings')
@Unique('group_mappings_once', ['organizationId', 'provider', 'groupName', 'teamId'])
@Index('group_mappings_by_group', ['provider', 'groupName'])
@Check('group_mappings_provider_known', `provider IN ('oidc', 'ldap')`)
@Check('group_mappings_role_known', `role IN ('admin', 'member', 'auditor', 'reader')`)
export class GroupMappingEntity {
  @PrimaryColumn({ type: 'uuid', name: 'group_mapping_id', primaryKeyConstraintName: 'group_mappings_pk' })
  groupMappingId!: GroupMappingId;

  @Column({ type: 'uuid', name: 'organization_id' })
  @ForeignKey(() => OrganizationEntity, { name: 'group_mappings_organization_fk', onDelete: 'CASCADE' })
  organizationId!: OrganizationId;

  @Column({ type: 'text' })
  provider!: IdentityProvider;

  /** Letter by letter as the other system writes it. */
  @Column({ type: 'text', name: 'group_name' })
  groupName!: string;

  @Column({ type: 'text' })
  role!: MappedRole;

  @Column({ type: 'uuid', name: 'team_id', nullable: true })
  @ForeignKey(() => TeamEntity, { name: 'group_mappings_team_fk', onDelete: 'CASCADE' })
  teamId!: TeamId | null;

  @Column({ type: 'timestamptz', name: 'created_at', default: () => 'now()' })
  createdAt!: Date;
}
