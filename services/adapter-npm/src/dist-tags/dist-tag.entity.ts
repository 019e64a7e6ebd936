import type { PackagePurl, RepositoryId } from '@waybill/domain';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A dist-tag. A removed one stays as a row without a version, so that an older event cannot bring it back. */
@Entity({ name: 'dist_tags' })
export class DistTagEntity {
  @PrimaryColumn('uuid', { name: 'repository_id', primaryKeyConstraintName: 'dist_tags_pkey' })
  repositoryId!: RepositoryId;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'dist_tags_pkey' })
  purl!: PackagePurl;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'dist_tags_pkey' })
  tag!: string;

  @Column('text', { nullable: true })
  version!: string | null;

  @Column('integer', { name: 'aggregate_version' })
  aggregateVersion!: number;
}
