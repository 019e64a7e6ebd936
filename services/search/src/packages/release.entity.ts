import type { ReleaseSummary } from '@waybill/contracts';
import type { PackagePurl, ReleaseId, RepositoryId } from '@waybill/domain';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/**
 * A version of a package. Publication, withdrawal and deprecation are facts of their own, each with the aggregate version
 * that it is from (0: not heard of), since they may arrive in any order; it is there to install when it was published after
 * it was withdrawn last.
 */
@Entity({ name: 'releases' })
@Index('releases_package_idx', ['repositoryId', 'purl'])
export class ReleaseEntity {
  @PrimaryColumn('uuid', { name: 'release_id', primaryKeyConstraintName: 'releases_pkey' })
  releaseId!: ReleaseId;

  @Column('uuid', { name: 'repository_id' })
  repositoryId!: RepositoryId;

  @Column('text')
  purl!: PackagePurl;

  @Column('text')
  version!: string;

  @Column('jsonb', { nullable: true })
  summary!: ReleaseSummary | null;

  @Column('text', { name: 'published_by', nullable: true })
  publishedBy!: string | null;

  @Column('timestamptz', { name: 'published_at', nullable: true })
  publishedAt!: Date | null;

  @Column('integer', { name: 'published_version' })
  publishedVersion!: number;

  @Column('integer', { name: 'withdrawn_version' })
  withdrawnVersion!: number;

  @Column('integer', { name: 'restored_version', default: 0 })
  restoredVersion!: number;

  @Column('boolean')
  deprecated!: boolean;

  @Column('integer', { name: 'deprecated_version' })
  deprecatedVersion!: number;
}
