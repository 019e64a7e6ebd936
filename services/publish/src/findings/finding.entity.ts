import type { FindingLevel, ReleaseId } from '@waybill/domain';
import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import { ReleaseEntity } from '../releases/release.entity.js';

export const triageStates = ['open', 'accepted', 'false-positive', 'fixed'] as const;
export type TriageState = (typeof triageStates)[number];

/**
 * Something that a scan saw in a release, whatever became of the release, and what people made of it. That decides nothing: a
 * release is approved or rejected by its own.
 */
@Entity({ name: 'findings' })
@Unique('findings_release_key', ['releaseId', 'fingerprint'])
@Index('findings_found_idx', ['foundAt', 'findingId'])
@Check('findings_level_known', `level IN ('refuse', 'hold', 'flag')`)
@Check('findings_state_known', `state IN ('open', 'accepted', 'false-positive', 'fixed')`)
export class FindingEntity {
  @PrimaryColumn('uuid', { name: 'finding_id', primaryKeyConstraintName: 'findings_pkey' })
  findingId!: string;

  @Column('uuid', { name: 'release_id' })
  @ForeignKey(() => ReleaseEntity, { name: 'findings_release_fkey' })
  releaseId!: ReleaseId;

  /** The same for the same finding, so that a scan that is told twice leaves each once. */
  @Column('text')
  fingerprint!: string;

  @Column('text')
  rule!: string;

  @Column('text')
  code!: string;

  @Column('text')
  level!: FindingLevel;

  @Column('text')
  message!: string;

  @Column('text', { nullable: true })
  path!: string | null;

  @Column('integer', { nullable: true })
  line!: number | null;

  @Column('timestamptz', { name: 'found_at' })
  foundAt!: Date;

  @Column('text')
  state!: TriageState;

  /** What whoever judged it says. */
  @Column('text', { nullable: true })
  note!: string | null;

  /** The name of who judged it last; null before anybody has. */
  @Column('text', { name: 'judged_by', nullable: true })
  judgedBy!: string | null;

  @Column('timestamptz', { name: 'judged_at', nullable: true })
  judgedAt!: Date | null;

  /** Counts the judgements: its entity tag. */
  @Column('integer')
  version!: number;
}
