import type { PackageId, PackagePurl, RepositoryId } from '@waybill/domain';
import { Column, Entity, PrimaryColumn, Unique } from 'typeorm';

/** A package in its repository. Its row is locked by every write to it, and counts its events. */
@Entity({ name: 'packages' })
@Unique('packages_purl_key', ['repositoryId', 'purl'])
export class PackageEntity {
  @PrimaryColumn('uuid', { name: 'package_id', primaryKeyConstraintName: 'packages_pkey' })
  packageId!: PackageId;

  @Column('uuid', { name: 'repository_id' })
  repositoryId!: RepositoryId;

  @Column('text')
  purl!: PackagePurl;

  @Column('integer', { name: 'aggregate_version' })
  aggregateVersion!: number;
}
