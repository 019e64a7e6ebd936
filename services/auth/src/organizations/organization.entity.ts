import type { BasePermission, OrganizationId, Slug } from '@waybill/domain';
import { Check, Column, Entity, PrimaryColumn, Unique } from 'typeorm';

@Entity('organizations')
@Unique('organizations_name_unique', ['name'])
@Check('organizations_base_permission_known', `base_permission IN ('none', 'read', 'publish')`)
export class OrganizationEntity {
  @PrimaryColumn({ type: 'uuid', name: 'organization_id', primaryKeyConstraintName: 'organizations_pk' })
  organizationId!: OrganizationId;

  @Column({ type: 'text' })
  name!: Slug;

  /** As people write it; the name unless they say otherwise. Untrusted text. */
  @Column({ type: 'text', name: 'display_name', nullable: true })
  displayName!: string | null;

  @Column({ type: 'text', nullable: true })
  description!: string | null;

  /** What its plain members may do to packages, unless they were given more. */
  @Column({ type: 'text', name: 'base_permission', default: 'publish' })
  basePermission!: BasePermission;

  /** Who has no second factor gets nothing from this organization. */
  @Column({ type: 'boolean', name: 'two_factor_required', default: false })
  twoFactorRequired!: boolean;

  /** Only who manages access or audits sees who the members are. */
  @Column({ type: 'boolean', name: 'private_members', default: false })
  privateMembers!: boolean;

  /** Counts its changes: its ETag, and its version as an aggregate of events. */
  @Column({ type: 'integer', default: 1 })
  version!: number;

  @Column({ type: 'timestamptz', name: 'created_at', default: () => 'now()' })
  createdAt!: Date;
}
