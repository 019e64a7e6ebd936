import type { PackagePurl, PublisherId, RepositoryId } from '@waybill/domain';
import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { KnownRepositoryEntity } from '../known-repositories/known-repository.entity.js';
import { TrustedPublisherEntity } from './trusted-publisher.entity.js';

/** What a trusted publisher may publish: a package, those whose names begin alike, or all of a repository. */
@Entity('trusted_publisher_targets')
@Index('trusted_publisher_targets_unique', ['publisherId', 'target'], { unique: true })
@Index('trusted_publisher_targets_by_repository', ['repositoryId', 'packagePurl'], {
  where: 'repository_id IS NOT NULL',
})
@Index('trusted_publisher_targets_by_expiry', ['expiresAt'], { where: 'expires_at IS NOT NULL' })
@Check('trusted_publisher_targets_kind_known', `kind IN ('package', 'pattern', 'repository')`)
@Check(
  'trusted_publisher_targets_whole',
  `(kind <> 'pattern') <= (repository_id IS NOT NULL)
       AND (kind = 'package') = (package_purl IS NOT NULL)
       AND (kind = 'pattern') = (purl_prefix IS NOT NULL)
       AND pending <= (kind = 'package')
       AND (expires_at IS NOT NULL) <= pending`,
)
export class TrustedPublisherTargetEntity {
  @PrimaryColumn({ type: 'uuid', name: 'target_id', primaryKeyConstraintName: 'trusted_publisher_targets_pk' })
  targetId!: string;

  @Column({ type: 'uuid', name: 'publisher_id' })
  @ForeignKey(() => TrustedPublisherEntity, { name: 'trusted_publisher_targets_publisher_fk', onDelete: 'CASCADE' })
  publisherId!: PublisherId;

  @Column({ type: 'text' })
  kind!: 'package' | 'pattern' | 'repository';

  /** Null for a pattern over all repositories of the organization. */
  @Column({ type: 'uuid', name: 'repository_id', nullable: true })
  @ForeignKey(() => KnownRepositoryEntity, { name: 'trusted_publisher_targets_repository_fk' })
  repositoryId!: RepositoryId | null;

  @Column({ type: 'text', name: 'package_purl', nullable: true })
  packagePurl!: PackagePurl | null;

  /** How the purls begin that a pattern reaches. */
  @Column({ type: 'text', name: 'purl_prefix', nullable: true })
  purlPrefix!: string | null;

  /** All of that as one text: a publisher has one target for each. */
  @Column({ type: 'text' })
  target!: string;

  /** Whether its package was never published yet. Its name is not reserved (pitfall 19). */
  @Column({ type: 'boolean', default: false })
  pending!: boolean;

  /** When a pending one ends that was not used until then. */
  @Column({ type: 'timestamptz', name: 'expires_at', nullable: true })
  expiresAt!: Date | null;

  @Column({ type: 'timestamptz', name: 'created_at', default: () => 'now()' })
  createdAt!: Date;
}
