import type { Finding, PackagePurl, ReleaseId, ReleaseState, RepositoryId } from '@waybill/domain';
import { Column, PrimaryColumn } from 'typeorm';
import type { ReleaseEvidence } from './release-evidence.js';

/**
 * A settled release: what documents are built from, and why a held or rejected one is not in them. Each service makes an
 * entity of it, named `releases`, with the columns of its own, and an index `releases_package_idx` over repository, purl and
 * version.
 */
export abstract class ReleaseRow {
  @PrimaryColumn('uuid', { name: 'release_id', primaryKeyConstraintName: 'releases_pkey' })
  releaseId!: ReleaseId;

  @Column('uuid', { name: 'repository_id' })
  repositoryId!: RepositoryId;

  @Column('text')
  purl!: PackagePurl;

  @Column('text')
  version!: string;

  @Column('text')
  state!: ReleaseState;

  @Column('text', { name: 'published_by' })
  publishedBy!: string;

  @Column('timestamptz', { name: 'settled_at' })
  settledAt!: Date;

  @Column('jsonb')
  reasons!: Finding[];

  /** What its publisher says to whoever still uses it; null where the state is not `deprecated`. */
  @Column('text', { nullable: true })
  deprecation!: string | null;

  /** Null where nothing speaks for it, and for what was projected before evidence was kept. */
  @Column('jsonb', { nullable: true })
  evidence!: ReleaseEvidence | null;

  @Column('integer', { name: 'aggregate_version' })
  aggregateVersion!: number;
}
