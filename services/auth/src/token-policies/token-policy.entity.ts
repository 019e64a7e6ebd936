import type { OrganizationId } from '@waybill/domain';
import { Check, Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { OrganizationEntity } from '../organizations/organization.entity.js';

/** What an organization asks of the tokens of its service accounts and repositories; no row: what the installation asks. */
@Entity('token_policies')
@Check('token_policies_days_sensible', 'max_token_days BETWEEN 1 AND 3650')
export class TokenPolicyEntity {
  @PrimaryColumn({ type: 'uuid', name: 'organization_id', primaryKeyConstraintName: 'token_policies_pk' })
  @ForeignKey(() => OrganizationEntity, { name: 'token_policies_organization_fk', onDelete: 'CASCADE' })
  organizationId!: OrganizationId;

  /** Their longest life; null: as long as the installation lets them live. */
  @Column({ type: 'integer', name: 'max_token_days', nullable: true })
  maxTokenDays!: number | null;

  @Column({ type: 'integer', default: 1 })
  version!: number;

  @Column({ type: 'timestamptz', name: 'updated_at', default: () => 'now()' })
  updatedAt!: Date;
}
