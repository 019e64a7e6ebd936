import type { PackagePurl, RepositoryId, Visibility } from '@waybill/domain';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What events say of a package as a whole. Each part carries the version of the fact that it is from. */
@Entity({ name: 'packages' })
export class PackageEntity {
  @PrimaryColumn('uuid', { name: 'repository_id', primaryKeyConstraintName: 'packages_pkey' })
  repositoryId!: RepositoryId;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'packages_pkey' })
  purl!: PackagePurl;

  /** Rises with every change that was looked at; the driver returns it as text. */
  @Column('bigint')
  revision!: string;

  /** Where the tag `latest` points to. */
  @Column('text', { nullable: true })
  latest!: string | null;

  @Column('integer', { name: 'latest_version' })
  latestVersion!: number;

  /** User names; null until somebody has said who owns it. */
  @Column('text', { array: true, nullable: true })
  owners!: string[] | null;

  @Column('integer', { name: 'owners_version' })
  ownersVersion!: number;

  /** Its own, which narrows that of its repository; null where it has none. */
  @Column('text', { nullable: true })
  visibility!: Visibility | null;

  @Column('integer', { name: 'settings_version', default: 0 })
  settingsVersion!: number;

  /** Of the last event that moved it away from here; 0: none did. */
  @Column('integer', { name: 'moved_version', default: 0 })
  movedVersion!: number;
}
