import type { PackagePurl, RepositoryId, Visibility } from '@waybill/domain';
import { Column, PrimaryColumn } from 'typeorm';

/**
 * A package that had at least one release, published or not. Its row is the lock under which its read model changes. Each
 * service makes an entity of it, named `packages`, and adds what it counts of its own.
 */
export abstract class PackageRow {
  @PrimaryColumn('uuid', { name: 'repository_id', primaryKeyConstraintName: 'packages_pkey' })
  repositoryId!: RepositoryId;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'packages_pkey' })
  purl!: PackagePurl;

  /** As its ecosystem writes it. */
  @Column('text')
  name!: string;

  /** Highest aggregate version that was projected. */
  @Column('integer', { name: 'aggregate_version' })
  aggregateVersion!: number;

  @Column('timestamptz', { name: 'modified_at' })
  modifiedAt!: Date;

  /** Aggregate version of the last change that clients see: a release, a tag, a deprecation, a withdrawal. */
  @Column('integer', { name: 'visible_version', default: 0 })
  visibleVersion!: number;

  /** Its own, which narrows that of its repository; null where it has none. */
  @Column('text', { nullable: true })
  visibility?: Visibility | null;

  /** Aggregate version of what is known of its visibility; 0 before anything is. */
  @Column('integer', { name: 'settings_version', default: 0 })
  settingsVersion?: number;
}
