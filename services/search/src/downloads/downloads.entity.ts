import type { PackagePurl, RepositoryId } from '@waybill/domain';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** Downloads of a package on one day (UTC). */
@Entity({ name: 'downloads' })
@Index('downloads_day_idx', ['day'])
export class DownloadsEntity {
  @PrimaryColumn('uuid', { name: 'repository_id', primaryKeyConstraintName: 'downloads_pkey' })
  repositoryId!: RepositoryId;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'downloads_pkey' })
  purl!: PackagePurl;

  @PrimaryColumn('date', { primaryKeyConstraintName: 'downloads_pkey' })
  day!: string;

  @Column('bigint')
  count!: string;
}
