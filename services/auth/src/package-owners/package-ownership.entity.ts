import type { OrganizationId, PackagePurl, RepositoryId } from '@waybill/domain';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A package whose owners are known. */
@Entity('package_ownerships')
export class PackageOwnershipEntity {
  @PrimaryColumn({ type: 'uuid', name: 'repository_id', primaryKeyConstraintName: 'package_ownerships_pk' })
  repositoryId!: RepositoryId;

  @PrimaryColumn({ type: 'text', name: 'package_purl', primaryKeyConstraintName: 'package_ownerships_pk' })
  packagePurl!: PackagePurl;

  @Column({ type: 'uuid', name: 'organization_id' })
  organizationId!: OrganizationId;

  /** The version of the package in the event from which its first owner is known; null once people have said who owns it. */
  @Column({ type: 'integer', name: 'learned_from', nullable: true })
  learnedFrom!: number | null;

  /** Version of these owners as an aggregate of events; 0 before the first. */
  @Column({ type: 'integer', name: 'event_version', default: 0 })
  eventVersion!: number;
}
