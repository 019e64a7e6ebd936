import type { PackagePurl, RepositoryId } from '@waybill/domain';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** How often one version was downloaded on one day (UTC). */
@Entity({ name: 'daily_downloads' })
@Index('daily_downloads_day_idx', ['repositoryId', 'day'])
export class DailyDownloadsEntity {
  @PrimaryColumn('uuid', { name: 'repository_id', primaryKeyConstraintName: 'daily_downloads_pkey' })
  repositoryId!: RepositoryId;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'daily_downloads_pkey' })
  purl!: PackagePurl;

  /** `2026-01-31`. */
  @PrimaryColumn('date', { primaryKeyConstraintName: 'daily_downloads_pkey' })
  day!: string;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'daily_downloads_pkey' })
  version!: string;

  @Column('bigint', { transformer: { to: (value: number) => value, from: Number } })
  downloads!: number;
}
