import type { PackagePurl, RepositoryId } from '@waybill/domain';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Which news of `publish` about a package was heard: what was given after it is not ended by older news. */
@Entity('known_packages')
export class KnownPackageEntity {
  @PrimaryColumn({ type: 'uuid', name: 'repository_id', primaryKeyConstraintName: 'known_packages_pk' })
  repositoryId!: RepositoryId;

  @PrimaryColumn({ type: 'text', name: 'package_purl', primaryKeyConstraintName: 'known_packages_pk' })
  packagePurl!: PackagePurl;

  /** Version of the newest event that was heard. */
  @Column({ type: 'integer', name: 'event_version' })
  eventVersion!: number;

  /** When that was. */
  @Column({ type: 'timestamptz', name: 'heard_at' })
  heardAt!: Date;

  /** Version of the newest event that ended what was given; 0 for none. */
  @Column({ type: 'integer', name: 'ended_version', default: 0 })
  endedVersion!: number;
}
