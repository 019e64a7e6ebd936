import type { PackagePurl, RepositoryId } from '@waybill/domain';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** That a package was moved from one repository to another: events of where it was may still be on their way. */
@Entity({ name: 'package_moves' })
export class PackageMoveEntity {
  @PrimaryColumn('uuid', { name: 'repository_id', primaryKeyConstraintName: 'package_moves_pkey' })
  repositoryId!: RepositoryId;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'package_moves_pkey' })
  purl!: PackagePurl;

  /** Of the event that told it. */
  @PrimaryColumn('integer', { name: 'aggregate_version', primaryKeyConstraintName: 'package_moves_pkey' })
  aggregateVersion!: number;

  @Column('uuid', { name: 'moved_to' })
  movedTo!: RepositoryId;
}
