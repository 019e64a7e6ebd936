import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { WebhookEntity, type WebhookId } from '../webhooks/webhook.entity.js';

/** What deliveries of a webhook are signed with. Sealed, since it is needed again; shown once. */
@Entity({ name: 'signing_secrets' })
@Index('signing_secrets_by_webhook', ['webhookId'])
export class SigningSecretEntity {
  @PrimaryColumn('uuid', { name: 'secret_id', primaryKeyConstraintName: 'signing_secrets_pkey' })
  secretId!: string;

  @Column('uuid', { name: 'webhook_id' })
  webhookId!: WebhookId;

  @ManyToOne(() => WebhookEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'webhook_id', foreignKeyConstraintName: 'signing_secrets_webhook_fkey' })
  webhook?: WebhookEntity;

  @Column('bytea')
  sealed!: Buffer;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  /** Of one that was rotated: until then deliveries carry its signature as well. */
  @Column('timestamptz', { name: 'expires_at', nullable: true })
  expiresAt!: Date | null;
}
