import type { OrganizationId, RepositoryId, UserId } from '@waybill/domain';
import { Entity, ForeignKey, PrimaryColumn, Column, Unique } from 'typeorm';
import { UserEntity } from '../users/user.entity.js';

/** Whom the deploy tokens of a repository stand for: nobody in particular, so that they outlive whoever made them. */
@Entity('deploy_accounts')
@Unique('deploy_accounts_user_unique', ['userId'])
export class DeployAccountEntity {
  @PrimaryColumn({ type: 'uuid', name: 'repository_id', primaryKeyConstraintName: 'deploy_accounts_pk' })
  repositoryId!: RepositoryId;

  /** With another owner the repository gets another account. */
  @PrimaryColumn({ type: 'uuid', name: 'organization_id', primaryKeyConstraintName: 'deploy_accounts_pk' })
  organizationId!: OrganizationId;

  @Column({ type: 'uuid', name: 'user_id' })
  @ForeignKey(() => UserEntity, { name: 'deploy_accounts_user_fk' })
  userId!: UserId;
}
