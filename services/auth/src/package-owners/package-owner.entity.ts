import type { PackagePurl, RepositoryId, UserId } from '@waybill/domain';
import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { UserEntity } from '../users/user.entity.js';
import { PackageOwnershipEntity } from './package-ownership.entity.js';

@Entity('package_owners')
@Index('package_owners_by_user', ['userId', 'granted'])
@ForeignKey(() => PackageOwnershipEntity, ['repositoryId', 'packagePurl'], ['repositoryId', 'packagePurl'], {
  name: 'package_owners_ownership_fk',
  onDelete: 'CASCADE',
})
export class PackageOwnerEntity {
  @PrimaryColumn({ type: 'uuid', name: 'repository_id', primaryKeyConstraintName: 'package_owners_pk' })
  repositoryId!: RepositoryId;

  @PrimaryColumn({ type: 'text', name: 'package_purl', primaryKeyConstraintName: 'package_owners_pk' })
  packagePurl!: PackagePurl;

  @PrimaryColumn({ type: 'uuid', name: 'user_id', primaryKeyConstraintName: 'package_owners_pk' })
  @ForeignKey(() => UserEntity, { name: 'package_owners_user_fk', onDelete: 'CASCADE' })
  userId!: UserId;

  /** Whether owning gives a grant. A first publisher needs none: their role let them publish, and ends when it ends. */
  @Column({ type: 'boolean' })
  granted!: boolean;
}
