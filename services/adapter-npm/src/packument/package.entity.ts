import type { PackagePurl, RepositoryId, Visibility } from '@waybill/domain';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { NpmName } from '../names/npm-name.js';

/** A package that had at least one release, published or not. Its row is the lock under which its read model changes. */
@Entity({ name: 'packages' })
export class PackageEntity {
  @PrimaryColumn('uuid', { name: 'repository_id', primaryKeyConstraintName: 'packages_pkey' })
  repositoryId!: RepositoryId;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'packages_pkey' })
  purl!: PackagePurl;

  @Column('text')
  name!: NpmName;

  /** Highest aggregate version that was projected. */
  @Column('integer', { name: 'aggregate_version' })
  aggregateVersion!: number;

  @Column('timestamptz', { name: 'modified_at' })
  modifiedAt!: Date;

  /** Aggregate version of the last change that clients see: a release, a tag, a deprecation, a withdrawal. */
  @Column('integer', { name: 'visible_version', default: 0 })
  visibleVersion!: number;

  /** Aggregate version, in auth's own counting, of the owners that are known; 0 before any are. */
  @Column('integer', { name: 'owners_version', default: 0 })
  ownersVersion!: number;

  /** Counts the changes of the stars on it. */
  @Column('integer', { name: 'stars_version', default: 0 })
  starsVersion!: number;

  /** Its own, which narrows that of its repository; null where it has none. */
  @Column('text', { nullable: true })
  visibility?: Visibility | null;

  /** Aggregate version of what is known of its visibility; 0 before anything is. */
  @Column('integer', { name: 'settings_version', default: 0 })
  settingsVersion?: number;
}
