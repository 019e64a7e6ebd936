import type { OrganizationId, Slug } from '@waybill/domain';
import { Column, Entity, ForeignKey, PrimaryColumn, Unique } from 'typeorm';
import { OrganizationEntity } from '../organizations/organization.entity.js';

export type TeamId = string & { readonly __brand: 'TeamId' };

/** Members of an organization who are given things together. */
@Entity('teams')
@Unique('teams_name_unique', ['organizationId', 'name'])
export class TeamEntity {
  @PrimaryColumn({ type: 'uuid', name: 'team_id', primaryKeyConstraintName: 'teams_pk' })
  teamId!: TeamId;

  @Column({ type: 'uuid', name: 'organization_id' })
  @ForeignKey(() => OrganizationEntity, { name: 'teams_organization_fk', onDelete: 'CASCADE' })
  organizationId!: OrganizationId;

  @Column({ type: 'text' })
  name!: Slug;

  /** As people write it. Untrusted text. */
  @Column({ type: 'text', name: 'display_name', nullable: true })
  displayName!: string | null;

  @Column({ type: 'text', nullable: true })
  description!: string | null;

  /** Known only to its members and to who manages access or audits. */
  @Column({ type: 'boolean', default: false })
  secret!: boolean;

  /** Counts its changes: its ETag. */
  @Column({ type: 'integer', default: 1 })
  version!: number;

  @Column({ type: 'timestamptz', name: 'created_at', default: () => 'now()' })
  createdAt!: Date;
}
