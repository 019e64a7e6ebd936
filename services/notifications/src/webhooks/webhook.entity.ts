import type { OrganizationId, RepositoryId } from '@waybill/domain';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { NewsType } from '../news/news.js';

export type WebhookId = string & { readonly __brand: 'WebhookId' };

/** Where an organization, or one of its repositories, wants to hear what happens. */
@Entity({ name: 'webhooks' })
@Index('webhooks_by_organization', ['organizationId', 'createdAt', 'webhookId'])
@Index('webhooks_by_repository', ['repositoryId'])
export class WebhookEntity {
  @PrimaryColumn('uuid', { name: 'webhook_id', primaryKeyConstraintName: 'webhooks_pkey' })
  webhookId!: WebhookId;

  @Column('uuid', { name: 'organization_id' })
  organizationId!: OrganizationId;

  /** Null: of the whole organization. */
  @Column('uuid', { name: 'repository_id', nullable: true })
  repositoryId!: RepositoryId | null;

  /** May be a secret by itself: in no log and in no audit. */
  @Column('text')
  url!: string;

  @Column('text')
  description!: string;

  /** Empty: all, also those that come later. */
  @Column('text', { name: 'event_types', array: true })
  eventTypes!: NewsType[];

  @Column('boolean')
  active!: boolean;

  @Column('text', { name: 'created_by' })
  createdBy!: string;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt!: Date;

  /** Its ETag: raised by every change. */
  @Column('integer')
  version!: number;
}
