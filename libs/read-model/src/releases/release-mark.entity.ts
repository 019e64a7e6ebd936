import type { PackagePurl, ReleaseId, RepositoryId } from '@waybill/domain';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/**
 * What was said about a release after it was published, whether its own row is here yet or not: events arrive in any
 * order. The numbers are aggregate versions of the package; 0 is never.
 */
@Entity({ name: 'release_marks' })
@Index('release_marks_package_idx', ['repositoryId', 'purl', 'version'])
export class ReleaseMarkEntity {
  @PrimaryColumn('uuid', { name: 'release_id', primaryKeyConstraintName: 'release_marks_pkey' })
  releaseId!: ReleaseId;

  @Column('uuid', { name: 'repository_id' })
  repositoryId!: RepositoryId;

  @Column('text')
  purl!: PackagePurl;

  @Column('text')
  version!: string;

  @Column('text', { nullable: true })
  deprecation!: string | null;

  @Column('integer', { name: 'deprecated_at' })
  deprecatedAt!: number;

  /** Whether it is to be chosen by nobody who is not bound to it. */
  @Column('boolean', { default: false })
  yanked!: boolean;

  @Column('integer', { name: 'yanked_at', default: 0 })
  yankedAt!: number;

  @Column('integer', { name: 'withdrawn_at' })
  withdrawnAt!: number;

  @Column('integer', { name: 'restored_at', default: 0 })
  restoredAt!: number;
}
