import { Column, Entity, JoinColumn, OneToOne, PrimaryColumn } from 'typeorm';
import { WebhookEntity, type WebhookId } from '../webhooks/webhook.entity.js';

/** How the endpoint of a webhook fares, for all replicas: who claims deliveries for it locks this row. */
@Entity({ name: 'circuits' })
export class CircuitEntity {
  @PrimaryColumn('uuid', { name: 'webhook_id', primaryKeyConstraintName: 'circuits_pkey' })
  webhookId!: WebhookId;

  @OneToOne(() => WebhookEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'webhook_id', foreignKeyConstraintName: 'circuits_webhook_fkey' })
  webhook?: WebhookEntity;

  /** In a row. */
  @Column('integer', { default: 0 })
  failures!: number;

  /** Until then nothing is sent; afterwards one delivery probes. */
  @Column('timestamptz', { name: 'open_until', nullable: true })
  openUntil!: Date | null;

  @Column('timestamptz', { name: 'claimed_at', nullable: true })
  claimedAt!: Date | null;
}
