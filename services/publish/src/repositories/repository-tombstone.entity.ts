import type { OrganizationId } from '@waybill/domain';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/**
 * The slug of a repository that is gone for good, which clients may still ask for: nobody else puts other things there
 * (security.md I8).
 */
@Entity({ name: 'repository_tombstones' })
export class RepositoryTombstoneEntity {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'repository_tombstones_pkey' })
  slug!: string;

  /** Who owned it last. */
  @Column('uuid', { name: 'organization_id' })
  organizationId!: OrganizationId;

  @Column('timestamptz', { name: 'purged_at' })
  purgedAt!: Date;
}
