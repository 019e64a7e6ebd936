import type { PackageId } from '@waybill/domain';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/**
 * How often releases of a package were downloaded on one day (UTC). It refers to the package without a foreign key, whose
 * check would lock rows that publishing waits for; what is left of a package that was purged goes with its age.
 */
@Entity({ name: 'package_downloads' })
@Index('package_downloads_day_idx', ['day'])
export class PackageDownloadsEntity {
  @PrimaryColumn('uuid', { name: 'package_id', primaryKeyConstraintName: 'package_downloads_pkey' })
  packageId!: PackageId;

  /** `2026-01-31`. */
  @PrimaryColumn('date', { primaryKeyConstraintName: 'package_downloads_pkey' })
  day!: string;

  @Column('bigint', { transformer: { to: (value: number) => value, from: Number } })
  downloads!: number;
}
