import type { OrganizationId, RepositoryId, Slug, Visibility } from '@waybill/domain';
import { Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';

/** A repository: an address, a visibility, and the packages of any ecosystem in it. */
@Entity({ name: 'repositories' })
@Unique('repositories_slug_key', ['slug'])
@Index('repositories_organization_idx', ['organizationId'])
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

  /** Counts the events of this repository. */
  @Column('integer', { name: 'aggregate_version' })
  aggregateVersion!: number;
}
