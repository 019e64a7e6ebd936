import type { PackageId, RepositoryId } from '@waybill/domain';
import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { PackageEntity } from '../packages/package.entity.js';

/** That a package was moved away from a repository: its name there is not given to another one (security.md I8). */
@Entity({ name: 'package_moves' })
export class PackageMoveEntity {
  @PrimaryColumn('uuid', { name: 'repository_id', primaryKeyConstraintName: 'package_moves_pkey' })
  repositoryId!: RepositoryId;

  @PrimaryColumn('text', { name: 'name_key', primaryKeyConstraintName: 'package_moves_pkey' })
  nameKey!: string;

  /** Of the event that told it. */
  @PrimaryColumn('integer', { name: 'aggregate_version', primaryKeyConstraintName: 'package_moves_pkey' })
  aggregateVersion!: number;

  @Column('uuid', { name: 'package_id' })
  @ForeignKey(() => PackageEntity, { name: 'package_moves_package_fkey' })
  packageId!: PackageId;

  @Column('uuid', { name: 'moved_to' })
  movedTo!: RepositoryId;

  @Column('timestamptz', { name: 'moved_at' })
  movedAt!: Date;
}
