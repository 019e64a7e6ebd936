import type { OrganizationId, Role, UserId } from '@waybill/domain';
import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { OrganizationEntity } from '../organizations/organization.entity.js';
import { UserEntity } from '../users/user.entity.js';

@Entity('memberships')
@Index('memberships_by_user', ['userId'])
@Check('memberships_role_known', `role IN ('owner', 'admin', 'member', 'auditor', 'reader')`)
export class MembershipEntity {
  @PrimaryColumn({ type: 'uuid', name: 'organization_id', primaryKeyConstraintName: 'memberships_pk' })
  @ForeignKey(() => OrganizationEntity, { name: 'memberships_organization_fk', onDelete: 'CASCADE' })
  organizationId!: OrganizationId;

  @PrimaryColumn({ type: 'uuid', name: 'user_id', primaryKeyConstraintName: 'memberships_pk' })
  @ForeignKey(() => UserEntity, { name: 'memberships_user_fk', onDelete: 'CASCADE' })
  userId!: UserId;

  @Column({ type: 'text' })
  role!: Role;

  @Column({ type: 'timestamptz', name: 'created_at', default: () => 'now()' })
  createdAt!: Date;
}
