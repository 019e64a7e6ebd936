import type { PackageId } from '@waybill/domain';
import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { PackageEntity } from '../packages/package.entity.js';

/** A tag of a package (npm dist-tag), pointing at a published version, or removed. */
@Entity({ name: 'tags' })
export class TagEntity {
  @PrimaryColumn('uuid', { name: 'package_id', primaryKeyConstraintName: 'tags_pkey' })
  @ForeignKey(() => PackageEntity, { name: 'tags_package_fkey' })
  packageId!: PackageId;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'tags_pkey' })
  tag!: string;

  /** Null for a removed tag, which stays so that a release submitted before the removal does not bring it back. */
  @Column('text', { nullable: true })
  version!: string | null;

  /** Of the event that moved or removed it. */
  @Column('integer', { name: 'aggregate_version' })
  aggregateVersion!: number;

  /** When it was asked for. A release that is approved late does not take a tag from what was wished for after it. */
  @Column('timestamptz', { name: 'wished_at' })
  wishedAt!: Date;
}
