import type { OrganizationId, RepositoryId, Visibility } from '@waybill/domain';
import { Column, Entity, PrimaryColumn, Unique } from 'typeorm';

/** A repository as `publish` announced it; what this service needs to route and to decide on reads by itself. */
@Entity({ name: 'repositories' })
@Unique('repositories_slug_key', ['slug'])
export class RepositoryEntity {
  @PrimaryColumn('uuid', { name: 'repository_id', primaryKeyConstraintName: 'repositories_pkey' })
  repositoryId!: RepositoryId;

  @Column('text')
  slug!: string;

  @Column('uuid', { name: 'organization_id' })
  organizationId!: OrganizationId;

  @Column('text')
  visibility!: Visibility;

  /** It answers as if it did not exist, and may come back. */
  @Column('boolean')
  deleted!: boolean;

  @Column('integer', { name: 'aggregate_version' })
  aggregateVersion!: number;
}
