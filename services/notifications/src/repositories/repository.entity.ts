import type { OrganizationId, RepositoryId, Visibility } from '@waybill/domain';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A repository as `publish` announced it: whose it is, and what its slug means. */
@Entity({ name: 'repositories' })
@Index('repositories_by_slug', ['slug'])
export class RepositoryEntity {
  @PrimaryColumn('uuid', { name: 'repository_id', primaryKeyConstraintName: 'repositories_pkey' })
  repositoryId!: RepositoryId;

  @Column('uuid', { name: 'organization_id' })
  organizationId!: OrganizationId;

  @Column('text')
  slug!: string;

  @Column('text')
  visibility!: Visibility;

  @Column('boolean')
  deleted!: boolean;

  @Column('integer', { name: 'aggregate_version' })
  aggregateVersion!: number;
}
