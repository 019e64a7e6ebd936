import type { ReleaseId } from '@waybill/domain';
import { Check, Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { ReleaseEntity } from '../releases/release.entity.js';

export const triageStates = ['open', 'accepted', 'false-positive', 'fixed'] as const;
export type TriageState = (typeof triageStates)[number];

/** What people made of a finding. It decides nothing: a release is approved or rejected by its own. */
@Entity({ name: 'finding_triages' })
@Check('finding_triages_state_known', `state IN ('open', 'accepted', 'false-positive', 'fixed')`)
export class FindingTriageEntity {
  @PrimaryColumn('uuid', { name: 'release_id', primaryKeyConstraintName: 'finding_triages_pkey' })
  @ForeignKey(() => ReleaseEntity, { name: 'finding_triages_release_fkey' })
  releaseId!: ReleaseId;

  /** Of the finding within its release. */
  @PrimaryColumn('text', { primaryKeyConstraintName: 'finding_triages_pkey' })
  fingerprint!: string;

  @Column('text')
  state!: TriageState;

  @Column('text', { nullable: true })
  note!: string | null;

  @Column('text', { name: 'changed_by' })
  changedBy!: string;

  @Column('timestamptz', { name: 'changed_at' })
  changedAt!: Date;

  @Column('integer')
  version!: number;
}
