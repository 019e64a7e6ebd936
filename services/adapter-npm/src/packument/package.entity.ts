import type { PackagePurl, RepositoryId } from '@waybill/domain';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { NpmName } from '../names/npm-name.js';

/** A package that had at least one release, published or not. Its row is the lock under which its read model changes. */
@Entity({ name: 'packages' })
export class PackageEntity {
  @PrimaryColumn('uuid', { name: 'repository_id', primaryKeyConstraintName: 'packages_pkey' })
  repositoryId!: RepositoryId;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'packages_pkey' })
  purl!: PackagePurl;

  @Column('text')
  name!: NpmName;

  /** Highest aggregate version that was projected. */
  @Column('integer', { name: 'aggregate_version' })
  aggregateVersion!: number;

  @Column('timestamptz', { name: 'modified_at' })
  modifiedAt!: Date;
}
