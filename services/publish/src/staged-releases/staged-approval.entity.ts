import type { OrganizationId, ReleaseId, UserId } from '@waybill/domain';
import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { ReleaseEntity } from '../releases/release.entity.js';

/** Somebody said yes to a release that is staged. One person counts once, which the key says (security.md P8). */
@Entity({ name: 'staged_approvals' })
export class StagedApprovalEntity {
  @PrimaryColumn('uuid', { name: 'release_id', primaryKeyConstraintName: 'staged_approvals_pkey' })
  @ForeignKey(() => ReleaseEntity, { name: 'staged_approvals_release_fkey' })
  releaseId!: ReleaseId;

  @PrimaryColumn('uuid', { name: 'user_id', primaryKeyConstraintName: 'staged_approvals_pkey' })
  userId!: UserId;

  @Column('text')
  username!: string;

  /** Whose the package was then: what its people said ends when it becomes another organization's (security.md T11). */
  @Column('uuid', { name: 'organization_id' })
  organizationId!: OrganizationId;

  /** `contentsOf` the release then: for other bytes it is worth nothing. */
  @Column('text')
  contents!: string;

  @Column('text')
  reason!: string;

  @Column('timestamptz', { name: 'approved_at' })
  approvedAt!: Date;
}
