import type { PackageId, PackagePurl, RepositoryId, Visibility } from '@waybill/domain';
import { Check, Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, Unique } from 'typeorm';
import type { TrustedPublishingMode } from '../release-policies/release-policy.rules.js';
import { RepositoryEntity } from '../repositories/repository.entity.js';

/** A package in its repository. Its row is locked by every write to it, and counts its events. */
@Entity({ name: 'packages' })
@Unique('packages_purl_key', ['repositoryId', 'purl'])
@Unique('packages_name_key', ['repositoryId', 'nameKey'])
@Check('packages_trusted_publishing_only_known', `trusted_publishing_only IN ('after-first', 'always', 'never')`)
@Check('packages_visibility_known', `visibility IN ('public', 'internal', 'private', 'unlisted')`)
export class PackageEntity {
  @PrimaryColumn('uuid', { name: 'package_id', primaryKeyConstraintName: 'packages_pkey' })
  packageId!: PackageId;

  @Column('uuid', { name: 'repository_id' })
  repositoryId!: RepositoryId;

  @ManyToOne(() => RepositoryEntity)
  @JoinColumn({ name: 'repository_id', foreignKeyConstraintName: 'packages_repository_fkey' })
  repository?: RepositoryEntity;

  @Column('text')
  purl!: PackagePurl;

  /** The purl in lower case: two packages of one repository differ in more than case (security.md I5). */
  @Column('text', { name: 'name_key' })
  nameKey!: string;

  @Column('integer', { name: 'aggregate_version' })
  aggregateVersion!: number;

  /** `aggregateVersion` of the last change that clients can see: a publish, a tag, a deprecation, a withdrawal. */
  @Column('integer', { name: 'visible_version' })
  visibleVersion!: number;

  /** Its own, which narrows that of its repository; null where it has none. */
  @Column('text', { nullable: true })
  visibility!: Visibility | null;

  /** Nothing new is published to it, and no tag moves; what is there stays. */
  @Column('boolean', { default: false })
  archived!: boolean;

  /** What its owner says of it, in place of what its repository asks; null where they say nothing (P1). */
  @Column('text', { name: 'trusted_publishing_only', nullable: true })
  trustedPublishingOnly!: TrustedPublishingMode | null;

  /** Set from its deletion until it is restored. */
  @Column('timestamptz', { name: 'deleted_at', nullable: true })
  deletedAt!: Date | null;

  /** Raised by every change of what people say of it; with `visibleVersion` its entity tag. */
  @Column('integer', { default: 1 })
  version!: number;

  /** Of the last change that clients can see. */
  @Column('timestamptz', { name: 'changed_at', default: () => 'now()' })
  changedAt!: Date;
}
