import type { RepositoryId } from '@waybill/domain';
import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { RepositoryEntity } from '../repositories/repository.entity.js';
import type { ReleasePolicy } from './release-policy.rules.js';

/** What a repository asks of the way that releases come. One without a row asks what `defaultReleasePolicy` says. */
@Entity({ name: 'release_policies' })
export class ReleasePolicyEntity {
  @PrimaryColumn('uuid', { name: 'repository_id', primaryKeyConstraintName: 'release_policies_pkey' })
  @ForeignKey(() => RepositoryEntity, { name: 'release_policies_repository_fkey', onDelete: 'CASCADE' })
  repositoryId!: RepositoryId;

  /** As it was set: what policies learned to say later is missing, and read as `wholePolicy` says. */
  @Column('jsonb')
  rules!: Partial<ReleasePolicy>;

  /** For its entity tag; 1 with the first change. */
  @Column('integer')
  version!: number;

  /** An actor. */
  @Column('text', { name: 'changed_by' })
  changedBy!: string;

  @Column('timestamptz', { name: 'changed_at' })
  changedAt!: Date;
}
