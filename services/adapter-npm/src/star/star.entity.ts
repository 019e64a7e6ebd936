import type { PackagePurl, RepositoryId, UserId } from '@waybill/domain';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A user's star on a package. Kept here and nowhere else: no other service knows of stars. */
@Entity({ name: 'stars' })
@Index('stars_username_idx', ['repositoryId', 'username'])
export class StarEntity {
  @PrimaryColumn('uuid', { name: 'repository_id', primaryKeyConstraintName: 'stars_pkey' })
  repositoryId!: RepositoryId;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'stars_pkey' })
  purl!: PackagePurl;

  @PrimaryColumn('uuid', { name: 'user_id', primaryKeyConstraintName: 'stars_pkey' })
  userId!: UserId;

  @Column('text')
  username!: string;

  @Column('timestamptz', { name: 'starred_at' })
  starredAt!: Date;
}
