import type { OrganizationId, RepositoryId } from '@waybill/domain';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** What `publish` says of a repository: whose it is, and so whose grants may reach it. */
@Entity('known_repositories')
@Index('known_repositories_by_organization', ['organizationId'])
export class KnownRepositoryEntity {
  @PrimaryColumn({ type: 'uuid', name: 'repository_id', primaryKeyConstraintName: 'known_repositories_pk' })
  repositoryId!: RepositoryId;

  @Column({ type: 'uuid', name: 'organization_id' })
  organizationId!: OrganizationId;

  @Column({ type: 'text' })
  slug!: string;

  /** It can be restored for a while; its grants are gone at once. */
  @Column({ type: 'boolean', default: false })
  deleted!: boolean;

  /** Version of the event that said so; 0 for what was learned by asking. */
  @Column({ type: 'integer', name: 'event_version', default: 0 })
  eventVersion!: number;

  /** Version of the last event after which its deploy tokens of before have ended; others may be behind that, or ahead. */
  @Column({ type: 'integer', name: 'deploy_version', default: 0 })
  deployVersion!: number;
}
