import type { Action, OrganizationId, PackagePurl, RepositoryId, UserId } from '@waybill/domain';
import { Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import { OrganizationEntity } from '../organizations/organization.entity.js';
import { UserEntity } from '../users/user.entity.js';

/** What somebody may do on a package because of its source repository, as `publish` says; it ends with the link (ADR 0050). */
@Entity('inherited_roles')
@Index('inherited_roles_by_user', ['userId'])
@Index('inherited_roles_by_organization', ['organizationId', 'inheritedRoleId'])
@Unique('inherited_roles_id_unique', ['inheritedRoleId'])
export class InheritedRoleEntity {
  @PrimaryColumn({ type: 'uuid', name: 'repository_id', primaryKeyConstraintName: 'inherited_roles_pk' })
  repositoryId!: RepositoryId;

  @PrimaryColumn({ type: 'text', name: 'package_purl', primaryKeyConstraintName: 'inherited_roles_pk' })
  packagePurl!: PackagePurl;

  @PrimaryColumn({ type: 'uuid', name: 'user_id', primaryKeyConstraintName: 'inherited_roles_pk' })
  @ForeignKey(() => UserEntity, { name: 'inherited_roles_user_fk', onDelete: 'CASCADE' })
  userId!: UserId;

  /** What lists of grants name it by. */
  @Column({ type: 'uuid', name: 'inherited_role_id' })
  inheritedRoleId!: string;

  @Column({ type: 'uuid', name: 'organization_id' })
  @ForeignKey(() => OrganizationEntity, { name: 'inherited_roles_organization_fk', onDelete: 'CASCADE' })
  organizationId!: OrganizationId;

  @Column({ type: 'text', array: true })
  actions!: Action[];

  @Column({ type: 'timestamptz', name: 'given_at', default: () => 'now()' })
  givenAt!: Date;
}
