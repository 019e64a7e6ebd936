import type { OrganizationId, UserId } from '@waybill/domain';
import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import type { IdentityProvider } from '../external-identities/external-identity.js';
import { OrganizationEntity } from '../organizations/organization.entity.js';
import { UserEntity } from '../users/user.entity.js';

/** That somebody is a member because of a group: such a membership, and no other, ends with the group. */
@Entity('followed_memberships')
@Index('followed_memberships_by_organization', ['organizationId'])
export class FollowedMembershipEntity {
  @PrimaryColumn({ type: 'uuid', name: 'user_id', primaryKeyConstraintName: 'followed_memberships_pk' })
  @ForeignKey(() => UserEntity, { name: 'followed_memberships_user_fk', onDelete: 'CASCADE' })
  userId!: UserId;

  @PrimaryColumn({ type: 'uuid', name: 'organization_id', primaryKeyConstraintName: 'followed_memberships_pk' })
  @ForeignKey(() => OrganizationEntity, { name: 'followed_memberships_organization_fk', onDelete: 'CASCADE' })
  organizationId!: OrganizationId;

  /** Which system's groups. */
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'followed_memberships_pk' })
  provider!: IdentityProvider;

  /** Teams that they are in because of groups. */
  @Column({ type: 'uuid', array: true, name: 'team_ids' })
  teamIds!: string[];

  /** Whether the membership itself came from a group; false where they were a member before. */
  @Column({ type: 'boolean', name: 'made_member' })
  madeMember!: boolean;

  /** The mappings that gave it. Empty for one of before they were remembered, which ends with any of them. */
  @Column({ type: 'uuid', array: true, name: 'mapping_ids', default: [] })
  mappingIds!: string[];
}
