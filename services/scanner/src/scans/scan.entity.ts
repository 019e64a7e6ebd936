import type { Finding, ReleaseId, ReleasePurl } from '@waybill/domain';
import { Column, Entity, PrimaryColumn, Unique } from 'typeorm';
import type { ReleaseFact } from '../checks/check.js';

/** One look at a release, finished: what was found, and what was seen for later comparisons. */
@Entity({ name: 'scans' })
@Unique('scans_release_key', ['releaseId'])
export class ScanEntity {
  @PrimaryColumn('uuid', { name: 'scan_id', primaryKeyConstraintName: 'scans_pkey' })
  scanId!: string;

  @Column('uuid', { name: 'release_id' })
  releaseId!: ReleaseId;

  @Column('text')
  purl!: ReleasePurl;

  @Column('boolean')
  completed!: boolean;

  /** Why it is incomplete, for the operator. */
  @Column('text', { nullable: true })
  failure!: string | null;

  @Column('jsonb')
  findings!: Finding[];

  @Column('jsonb')
  facts!: ReleaseFact[];

  @Column('timestamptz', { name: 'started_at' })
  startedAt!: Date;

  @Column('timestamptz', { name: 'finished_at' })
  finishedAt!: Date;
}
