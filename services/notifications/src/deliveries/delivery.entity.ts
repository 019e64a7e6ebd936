import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, Unique } from 'typeorm';
import { WebhookEntity, type WebhookId } from '../webhooks/webhook.entity.js';

export type DeliveryId = string & { readonly __brand: 'DeliveryId' };

export const deliveryStates = ['pending', 'delivered', 'dead'] as const;
export type DeliveryState = (typeof deliveryStates)[number];

/** `attempts`: it was tried as often as it may; `expired`: its time is over; `gone`: the endpoint said so; `overflow`: too many wait. */
export const deathReasons = ['attempts', 'expired', 'gone', 'overflow'] as const;
export type DeathReason = (typeof deathReasons)[number];

/** One event on its way to one webhook; once for each, however often the event comes (security.md W10). */
@Entity({ name: 'deliveries' })
@Unique('deliveries_once', ['webhookId', 'eventId'])
@Check('deliveries_state_known', `state = ANY (ARRAY['pending'::text, 'delivered'::text, 'dead'::text])`)
@Index('deliveries_due', ['webhookId', 'dueAt'], { where: `state = 'pending'` })
@Index('deliveries_waiting', ['pendingSince'], { where: `state = 'pending'` })
@Index('deliveries_by_webhook', ['webhookId', 'createdAt', 'deliveryId'])
@Index('deliveries_by_age', ['createdAt'])
export class DeliveryEntity {
  @PrimaryColumn('uuid', { name: 'delivery_id', primaryKeyConstraintName: 'deliveries_pkey' })
  deliveryId!: DeliveryId;

  @Column('uuid', { name: 'webhook_id' })
  webhookId!: WebhookId;

  @ManyToOne(() => WebhookEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'webhook_id', foreignKeyConstraintName: 'deliveries_webhook_fkey' })
  webhook?: WebhookEntity;

  @Column('uuid', { name: 'event_id' })
  eventId!: string;

  @Column('text', { name: 'event_type' })
  eventType!: string;

  /** The CloudEvent byte by byte as it is signed. */
  @Column('text')
  body!: string;

  @Column('text')
  state!: DeliveryState;

  @Column('text', { name: 'dead_because', nullable: true })
  deadBecause!: DeathReason | null;

  /** Of all time, one that a crash cut off included. */
  @Column('integer', { default: 0 })
  attempts!: number;

  /** Since it is pending (again). */
  @Column('integer', { default: 0 })
  tries!: number;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'pending_since' })
  pendingSince!: Date;

  @Column('timestamptz', { name: 'due_at' })
  dueAt!: Date;

  /** Who works on it may say how it ended, until somebody else does. */
  @Column('uuid', { nullable: true })
  lease!: string | null;

  @Column('timestamptz', { name: 'leased_until', nullable: true })
  leasedUntil!: Date | null;

  @Column('timestamptz', { name: 'settled_at', nullable: true })
  settledAt!: Date | null;
}
