import type { OrganizationId, PublisherId, UserId } from '@waybill/domain';
import type { ProviderName, TrustedPublisherDraft } from '@waybill/trusted-publishing';
import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { PublisherAction } from './publisher-actions.rules.js';

/** Whose tokens of which issuer may publish; on what is in `trusted_publisher_targets`. What has ended stays, for what came from it. */
@Entity('trusted_publishers')
@Index('trusted_publishers_by_issuer', ['issuer', 'lookupKey'], { where: 'ended_at IS NULL' })
@Index('trusted_publishers_by_organization', ['organizationId', 'publisherId'], { where: 'ended_at IS NULL' })
@Index('trusted_publishers_by_day', ['organizationId', 'createdAt'])
@Check('trusted_publishers_actions_given', 'cardinality(actions) > 0')
@Check('trusted_publishers_projects_bounded', 'cardinality(published_projects) <= 20')
export class TrustedPublisherEntity {
  @PrimaryColumn({ type: 'uuid', name: 'publisher_id', primaryKeyConstraintName: 'trusted_publishers_pk' })
  publisherId!: PublisherId;

  /** Whose repositories all of its targets are in. */
  @Column({ type: 'uuid', name: 'organization_id' })
  organizationId!: OrganizationId;

  @Column({ type: 'text' })
  provider!: ProviderName;

  /** The issuer's URL, exactly (security.md T3); as in the rule. */
  @Column({ type: 'text' })
  issuer!: string;

  /** What it is found by among those of its issuer: `lookupKey` of libs/trusted-publishing. */
  @Column({ type: 'text', name: 'lookup_key' })
  lookupKey!: string;

  /** The rule that `matchPublisher` takes; ids are pinned in it with its first use (T8). */
  @Column({ type: 'jsonb' })
  rule!: TrustedPublisherDraft;

  /** What its tokens may do on its targets; see `actionsOfPublisherToken`. */
  @Column({ type: 'text', array: true })
  actions!: PublisherAction[];

  /** The actor who registered it. It does not end when they leave: it belongs to the organization. */
  @Column({ type: 'text', name: 'created_by' })
  createdBy!: string;

  /** The person behind that, if there was one. */
  @Column({ type: 'uuid', name: 'created_by_user_id', nullable: true })
  createdByUserId!: UserId | null;

  /** Counts what people change in it: its ETag. */
  @Column({ type: 'integer', default: 1 })
  version!: number;

  @Column({ type: 'timestamptz', name: 'created_at', default: () => 'now()' })
  createdAt!: Date;

  @Column({ type: 'timestamptz', name: 'updated_at', default: () => 'now()' })
  updatedAt!: Date;

  @Column({ type: 'timestamptz', name: 'first_used_at', nullable: true })
  firstUsedAt!: Date | null;

  /** To the minute. */
  @Column({ type: 'timestamptz', name: 'last_used_at', nullable: true })
  lastUsedAt!: Date | null;

  /** When the first release came through it, from whatever project. */
  @Column({ type: 'timestamptz', name: 'first_published_at', nullable: true })
  firstPublishedAt!: Date | null;

  /** From which projects releases came through it (`projectOf`), the first 20: of these it is known to be theirs, and not only to name them. */
  @Column({ type: 'text', name: 'published_projects', array: true, default: [] })
  publishedProjects!: string[];

  /** Since when it is about that project, if it was about another one before. */
  @Column({ type: 'timestamptz', name: 'project_since', nullable: true })
  projectSince!: Date | null;

  @Column({ type: 'timestamptz', name: 'ended_at', nullable: true })
  endedAt!: Date | null;
}
