import type { PackageId } from '@waybill/domain';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A tag of a package (npm dist-tag), pointing at a published version. */
@Entity({ name: 'tags' })
export class TagEntity {
  @PrimaryColumn('uuid', { name: 'package_id', primaryKeyConstraintName: 'tags_pkey' })
  packageId!: PackageId;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'tags_pkey' })
  tag!: string;

  @Column('text')
  version!: string;

  /** Of the event that moved it here. */
  @Column('integer', { name: 'aggregate_version' })
  aggregateVersion!: number;
}
