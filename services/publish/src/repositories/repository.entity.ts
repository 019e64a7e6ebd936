import type { OrganizationId, RepositoryId, Slug, Visibility } from '@waybill/domain';
import { Check, Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';

/** A repository: an address, a visibility, and the packages of any ecosystem in it. */
@Entity({ name: 'repositories' })
@Unique('repositories_slug_key', ['slug'])
@Index('repositories_organization_idx', ['organizationId'])
@Index('repositories_deleted_idx', ['deletedAt'], { where: 'deleted_at IS NOT NULL' })
@Check('repositories_approvals_needed_known', 'approvals_needed BETWEEN 1 AND 10')
export class RepositoryEntity {
  @PrimaryColumn('uuid', { name: 'repository_id', primaryKeyConstraintName: 'repositories_pkey' })
  repositoryId!: RepositoryId;

  @Column('text')
  slug!: Slug;

  @Column('uuid', { name: 'organization_id' })
  organizationId!: OrganizationId;

  @Column('text')
  visibility!: Visibility;

  @Column('text')
  kind!: 'hosted' | 'proxy' | 'virtual';

  @Column('text')
  description!: string;

  /** It is read, and nothing in it changes. */
  @Column('boolean')
  archived!: boolean;

  /** How many people have to approve a release that is staged (security.md P8). */
  @Column('integer', { name: 'approvals_needed', default: 1 })
  approvalsNeeded!: number;

  /** It takes no release that nobody approves. */
  @Column('boolean', { name: 'staged_only', default: false })
  stagedOnly!: boolean;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  /** It answers as if it did not exist, and keeps its slug, until it is restored or purged. */
  @Column('timestamptz', { name: 'deleted_at', nullable: true })
  deletedAt!: Date | null;

  /** Counts the events of this repository, of which every change has one: also its version for `ETag`. */
  @Column('integer', { name: 'aggregate_version' })
  aggregateVersion!: number;
}
