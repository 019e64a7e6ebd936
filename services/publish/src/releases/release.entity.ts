import type { ReleaseSummary, StoredDocument } from '@waybill/contracts';
import type {
  Approval,
  Finding,
  PublisherIdentity,
  PackageId,
  ReleaseDecision,
  ReleaseId,
  ReleasePurl,
  ReleaseState,
  UserId,
  VerifiedProvenance,
} from '@waybill/domain';
import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { PackageEntity } from '../packages/package.entity.js';

/** `expired`: nobody approved it in time, which says nothing of its bytes. */
export type Staging = 'waiting' | 'approved' | 'rejected' | 'expired';

/** `approvedBy`: the person who let it go on, against the findings that are `overruled`. */
export interface OwnDecision extends ReleaseDecision {
  readonly approvedBy?: UserId;
  readonly approvedByUsername?: string;
  readonly overruled?: readonly Finding[];
}

/** A release and where it stands. Its bytes and its metadata never change; its state does, as libs/domain allows. */
@Entity({ name: 'releases' })
@Check(
  'releases_state_known',
  `state IN ('staged', 'quarantined', 'published', 'held', 'rejected', 'yanked', 'deprecated', 'withdrawn')`,
)
@Check('releases_staging_known', `staging IN ('waiting', 'approved', 'rejected', 'expired')`)
@Check('releases_staging_state_known', `(state = 'staged') = (staging IS NOT DISTINCT FROM 'waiting')`)
@Check('releases_approved_at_known', `(staging IS NOT DISTINCT FROM 'approved') = (approved_at IS NOT NULL)`)
@Index('releases_current_key', ['packageId', 'version'], { unique: true, where: 'NOT replaced' })
@Check('releases_withdrawn_from_known', `withdrawn_from IN ('published', 'yanked', 'deprecated')`)
@Index('releases_deletion_idx', ['deletionId'], { where: 'deletion_id IS NOT NULL' })
@Index('releases_settled_idx', ['packageId', 'settledAt'], { where: 'NOT replaced AND settled_at IS NOT NULL' })
@Index('releases_trusted_idx', ['packageId', 'settledAt'], {
  where: 'NOT replaced AND settled_at IS NOT NULL AND trusted_publisher IS NOT NULL',
})
@Index('releases_approved_idx', ['packageId', 'settledAt'], {
  where: "NOT replaced AND settled_at IS NOT NULL AND approvals <> '[]'",
})
@Index('releases_proven_idx', ['packageId', 'settledAt'], {
  where: 'NOT replaced AND settled_at IS NOT NULL AND provenance IS NOT NULL',
})
@Index('releases_vouched_idx', ['packageId', 'submittedAt'], {
  where: "state IN ('staged', 'quarantined', 'held') AND (trusted_publisher IS NOT NULL OR approvals <> '[]')",
})
@Index('releases_batch_idx', ['batchId'], { where: 'batch_id IS NOT NULL' })
@Index('releases_staged_idx', ['submittedAt', 'releaseId'], { where: "state = 'staged'" })
@Index('releases_waiting_idx', ['state', 'submittedAt', 'releaseId'], { where: "state IN ('held', 'quarantined')" })
export class ReleaseEntity {
  @PrimaryColumn('uuid', { name: 'release_id', primaryKeyConstraintName: 'releases_pkey' })
  releaseId!: ReleaseId;

  @Column('uuid', { name: 'package_id' })
  packageId!: PackageId;

  @ManyToOne(() => PackageEntity)
  @JoinColumn({ name: 'package_id', foreignKeyConstraintName: 'releases_package_fkey' })
  package?: PackageEntity;

  @Column('text')
  purl!: ReleasePurl;

  @Column('text')
  version!: string;

  @Column('text')
  state!: ReleaseState;

  /** A rejected release, never seen by anybody, in whose place other bytes were submitted. */
  @Column('boolean')
  replaced!: boolean;

  /** What its artifacts are, as one text: equal for the same files with the same bytes. */
  @Column('text')
  fingerprint!: string;

  @Column('json')
  metadata!: StoredDocument;

  @Column('jsonb')
  tags!: string[];

  @Column('text', { name: 'published_by' })
  publishedBy!: string;

  @Column('text', { name: 'published_by_username' })
  publishedByUsername!: string;

  @Column('uuid', { name: 'published_by_user', nullable: true })
  publishedByUser!: UserId | null;

  @Column('jsonb')
  summary!: ReleaseSummary;

  /** What its publisher tells whoever still uses it; null where it is not deprecated. */
  @Column('text', { nullable: true })
  deprecation!: string | null;

  /** Shared by releases that are published together or not at all. */
  @Column('uuid', { name: 'batch_id', nullable: true })
  batchId!: string | null;

  /** In a batch: what was decided on this one, which becomes its state when all of the batch are decided on. */
  @Column('jsonb', { name: 'own_decision', nullable: true })
  ownDecision!: OwnDecision | null;

  @Column('text', { name: 'request_id' })
  requestId!: string;

  /** The trusted publisher that it came from, and how; null for any other credential. */
  @Column('jsonb', { name: 'trusted_publisher', nullable: true })
  trustedPublisher!: PublisherIdentity | null;

  /** What its attestation says, verified when it was submitted. */
  @Column('jsonb', { nullable: true })
  provenance!: VerifiedProvenance | null;

  /** Whether the source that it claims is where it came from (P14); null where that cannot be told. */
  @Column('boolean', { name: 'source_verified', nullable: true })
  sourceVerified!: boolean | null;

  /** The release of its package whose way its own was compared with when it was submitted (P1, P2). */
  @Column('uuid', { name: 'compared_with', nullable: true })
  comparedWith!: ReleaseId | null;

  /** What was found when it was submitted, by its path and its provenance; decided on together with what the scan finds. */
  @Column('jsonb', { name: 'submission_findings', default: [] })
  submissionFindings!: Finding[];

  /** Who approved it, where it was staged. */
  @Column('jsonb', { default: [] })
  approvals!: Approval[];

  @Column('jsonb')
  reasons!: Finding[];

  /** When its bytes were handed in, staged or not. */
  @Column('timestamptz', { name: 'submitted_at' })
  submittedAt!: Date;

  /** What became of its wait for approvals; null where it was not staged. */
  @Column('text', { nullable: true })
  staging!: Staging | null;

  /** When the last approval that it needed came: from then on it is checked. */
  @Column('timestamptz', { name: 'approved_at', nullable: true })
  approvedAt!: Date | null;

  @Column('timestamptz', { name: 'settled_at', nullable: true })
  settledAt!: Date | null;

  @Column('timestamptz', { name: 'withdrawn_at', nullable: true })
  withdrawnAt?: Date | null;

  /** What it was before it was withdrawn, and is again when it is restored. */
  @Column('text', { name: 'withdrawn_from', nullable: true })
  withdrawnFrom?: ReleaseState | null;

  /** The deletion of its package that took it; null where it was withdrawn by itself. */
  @Column('uuid', { name: 'deletion_id', nullable: true })
  deletionId?: string | null;
}
