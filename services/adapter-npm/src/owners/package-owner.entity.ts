import type { PackagePurl, RepositoryId, UserId } from '@waybill/domain';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** One of the owners of a package (npm `maintainers`), as the service auth announced them. */
@Entity({ name: 'package_owners' })
@Index('package_owners_username_idx', ['repositoryId', 'username'])
export class PackageOwnerEntity {
  @PrimaryColumn('uuid', { name: 'repository_id', primaryKeyConstraintName: 'package_owners_pkey' })
  repositoryId!: RepositoryId;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'package_owners_pkey' })
  purl!: PackagePurl;

  @PrimaryColumn('uuid', { name: 'user_id', primaryKeyConstraintName: 'package_owners_pkey' })
  userId!: UserId;

  @Column('text')
  username!: string;

  /** Null where the owner shows none. */
  @Column('text', { nullable: true })
  email!: string | null;

  /** Counts from 0, in the order in which they became owners. */
  @Column('integer')
  position!: number;
}
