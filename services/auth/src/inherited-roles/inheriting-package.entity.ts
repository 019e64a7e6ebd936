import type { PackagePurl, RepositoryId } from '@waybill/domain';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Which news of the roles on a package was heard last: older ones change nothing. */
@Entity('inheriting_packages')
export class InheritingPackageEntity {
  @PrimaryColumn({ type: 'uuid', name: 'repository_id', primaryKeyConstraintName: 'inheriting_packages_pk' })
  repositoryId!: RepositoryId;

  @PrimaryColumn({ type: 'text', name: 'package_purl', primaryKeyConstraintName: 'inheriting_packages_pk' })
  packagePurl!: PackagePurl;

  @Column({ type: 'integer', name: 'event_version' })
  eventVersion!: number;
}
