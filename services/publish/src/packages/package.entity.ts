import type { PackageId, PackagePurl, RepositoryId } from '@waybill/domain';
import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, Unique } from 'typeorm';
import { RepositoryEntity } from '../repositories/repository.entity.js';

/** A package in its repository. Its row is locked by every write to it, and counts its events. */
@Entity({ name: 'packages' })
@Unique('packages_purl_key', ['repositoryId', 'purl'])
@Unique('packages_name_key', ['repositoryId', 'nameKey'])
export class PackageEntity {
  @PrimaryColumn('uuid', { name: 'package_id', primaryKeyConstraintName: 'packages_pkey' })
  packageId!: PackageId;

  @Column('uuid', { name: 'repository_id' })
  repositoryId!: RepositoryId;

  @ManyToOne(() => RepositoryEntity)
  @JoinColumn({ name: 'repository_id', foreignKeyConstraintName: 'packages_repository_fkey' })
  repository?: RepositoryEntity;

  @Column('text')
  purl!: PackagePurl;

  /** The purl in lower case: two packages of one repository differ in more than case (security.md I5). */
  @Column('text', { name: 'name_key' })
  nameKey!: string;

  @Column('integer', { name: 'aggregate_version' })
  aggregateVersion!: number;

  /** `aggregateVersion` of the last change that clients can see: a publish, a tag, a deprecation, a withdrawal. */
  @Column('integer', { name: 'visible_version' })
  visibleVersion!: number;
}
