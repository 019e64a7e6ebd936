import type { OrganizationId } from '@waybill/domain';
import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';

export type TransferKind = 'repository' | 'namespace' | 'package';
export const transferStates = ['pending', 'accepted', 'declined', 'cancelled', 'expired'] as const;
export type TransferState = (typeof transferStates)[number];

/** Something that one organization offers another; `toOrganizationId` is null where there is none of that name. */
@Entity({ name: 'transfers' })
@Index('transfers_pending_key', ['subjectId'], { unique: true, where: `state = 'pending'::text` })
@Index('transfers_from_idx', ['fromOrganizationId', 'transferId'])
@Index('transfers_to_idx', ['toOrganizationId', 'transferId'])
@Check('transfers_kind_known', `kind = ANY (ARRAY['repository'::text, 'namespace'::text, 'package'::text])`)
@Check(
  'transfers_state_known',
  `state = ANY (ARRAY['pending'::text, 'accepted'::text, 'declined'::text, 'cancelled'::text, 'expired'::text])`,
)
export class TransferEntity {
  @PrimaryColumn('uuid', { name: 'transfer_id', primaryKeyConstraintName: 'transfers_pkey' })
  transferId!: string;

  @Column('text')
  kind!: TransferKind;

  /** The repository, the namespace or the package. */
  @Column('uuid', { name: 'subject_id' })
  subjectId!: string;

  /** Its slug, its pattern, or its purl, as it was when it was offered. */
  @Column('text', { name: 'subject_name' })
  subjectName!: string;

  @Column('uuid', { name: 'from_organization_id' })
  fromOrganizationId!: OrganizationId;

  @Column('uuid', { name: 'to_organization_id', nullable: true })
  toOrganizationId!: OrganizationId | null;

  /** The name that it was offered to, as it was written. */
  @Column('text', { name: 'to_name' })
  toName!: string;

  /** Pending ones past `expiresAt` are over, though nobody may have written that down yet. */
  @Column('text')
  state!: TransferState;

  @Column('text', { name: 'requested_by' })
  requestedBy!: string;

  @Column('timestamptz', { name: 'requested_at' })
  requestedAt!: Date;

  @Column('timestamptz', { name: 'expires_at' })
  expiresAt!: Date;

  @Column('text', { name: 'settled_by', nullable: true })
  settledBy!: string | null;

  @Column('timestamptz', { name: 'settled_at', nullable: true })
  settledAt!: Date | null;
}
