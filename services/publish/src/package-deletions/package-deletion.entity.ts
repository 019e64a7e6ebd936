import type { PackageId } from '@waybill/domain';
import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { PackageEntity } from '../packages/package.entity.js';

/** One deletion of a package, which can be undone once. The releases that it took name it. */
@Entity({ name: 'package_deletions' })
@Index('package_deletions_current_key', ['packageId'], { unique: true, where: 'restored_at IS NULL' })
export class PackageDeletionEntity {
  @PrimaryColumn('uuid', { name: 'deletion_id', primaryKeyConstraintName: 'package_deletions_pkey' })
  deletionId!: string;

  @Column('uuid', { name: 'package_id' })
  @ForeignKey(() => PackageEntity, { name: 'package_deletions_package_fkey' })
  packageId!: PackageId;

  @Column('timestamptz', { name: 'deleted_at' })
  deletedAt!: Date;

  @Column('text', { name: 'deleted_by' })
  deletedBy!: string;

  /** The tags that it took, and where they pointed. */
  @Column('jsonb')
  tags!: Record<string, string>;

  @Column('timestamptz', { name: 'restored_at', nullable: true })
  restoredAt!: Date | null;
}
