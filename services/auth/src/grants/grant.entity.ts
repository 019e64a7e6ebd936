import type { Action, OrganizationId, PackagePurl, RepositoryId, UserId } from '@waybill/domain';
import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { KnownRepositoryEntity } from '../known-repositories/known-repository.entity.js';
import { OrganizationEntity } from '../organizations/organization.entity.js';
import type { TeamId } from '../teams/team.entity.js';
import { TeamEntity } from '../teams/team.entity.js';
import { UserEntity } from '../users/user.entity.js';
import type { GrantRole } from './grant-role.js';

export type GrantId = string & { readonly __brand: 'GrantId' };

/** What a team, a person or a service account may do on something that an organization owns. */
@Entity('grants')
@Index('grants_of_team', ['teamId', 'target'], { unique: true, where: 'team_id IS NOT NULL' })
@Index('grants_of_user', ['userId', 'organizationId', 'target'], { unique: true, where: 'user_id IS NOT NULL' })
@Index('grants_by_organization', ['organizationId', 'grantId'])
@Index('grants_by_repository', ['repositoryId', 'packagePurl'], { where: 'repository_id IS NOT NULL' })
@Check('grants_one_subject', '(team_id IS NULL) <> (user_id IS NULL)')
@Check('grants_kind_known', `kind IN ('organization', 'repository', 'package', 'pattern')`)
@Check(
  'grants_whole_target',
  `(kind IN ('repository', 'package')) <= (repository_id IS NOT NULL)
       AND (kind = 'organization') <= (repository_id IS NULL)
       AND (kind = 'package') = (package_purl IS NOT NULL)
       AND (kind = 'pattern') = (purl_prefix IS NOT NULL)`,
)
@Check('grants_role_known', `role IN ('reader', 'publisher', 'maintainer', 'admin')`)
export class GrantEntity {
  @PrimaryColumn({ type: 'uuid', name: 'grant_id', primaryKeyConstraintName: 'grants_pk' })
  grantId!: GrantId;

  @Column({ type: 'uuid', name: 'organization_id' })
  @ForeignKey(() => OrganizationEntity, { name: 'grants_organization_fk', onDelete: 'CASCADE' })
  organizationId!: OrganizationId;

  @Column({ type: 'uuid', name: 'team_id', nullable: true })
  @ForeignKey(() => TeamEntity, { name: 'grants_team_fk', onDelete: 'CASCADE' })
  teamId!: TeamId | null;

  /** A person or a service account. */
  @Column({ type: 'uuid', name: 'user_id', nullable: true })
  @ForeignKey(() => UserEntity, { name: 'grants_user_fk', onDelete: 'CASCADE' })
  userId!: UserId | null;

  @Column({ type: 'text' })
  kind!: 'organization' | 'repository' | 'package' | 'pattern';

  @Column({ type: 'uuid', name: 'repository_id', nullable: true })
  @ForeignKey(() => KnownRepositoryEntity, { name: 'grants_repository_fk' })
  repositoryId!: RepositoryId | null;

  @Column({ type: 'text', name: 'package_purl', nullable: true })
  packagePurl!: PackagePurl | null;

  /** How the purls begin that a pattern reaches. */
  @Column({ type: 'text', name: 'purl_prefix', nullable: true })
  purlPrefix!: string | null;

  /** What it is on, as one text: a subject has one grant for each. */
  @Column({ type: 'text' })
  target!: string;

  /** The named set that the actions are; null for explicit actions. */
  @Column({ type: 'text', nullable: true })
  role!: GrantRole | null;

  @Column({ type: 'text', array: true })
  actions!: Action[];

  /** The actor who gave it, or changed it last. */
  @Column({ type: 'text', name: 'granted_by' })
  grantedBy!: string;

  /** Counts its changes: its ETag. */
  @Column({ type: 'integer', default: 1 })
  version!: number;

  @Column({ type: 'timestamptz', name: 'created_at', default: () => 'now()' })
  createdAt!: Date;

  @Column({ type: 'timestamptz', name: 'updated_at', default: () => 'now()' })
  updatedAt!: Date;
}
