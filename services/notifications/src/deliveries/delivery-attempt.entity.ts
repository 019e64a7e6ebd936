import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { DeliveryEntity, type DeliveryId } from './delivery.entity.js';

/** What became of one attempt. */
@Entity({ name: 'delivery_attempts' })
export class DeliveryAttemptEntity {
  @PrimaryColumn('uuid', { name: 'delivery_id', primaryKeyConstraintName: 'delivery_attempts_pkey' })
  deliveryId!: DeliveryId;

  @ManyToOne(() => DeliveryEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'delivery_id', foreignKeyConstraintName: 'delivery_attempts_delivery_fkey' })
  delivery?: DeliveryEntity;

  @PrimaryColumn('integer', { primaryKeyConstraintName: 'delivery_attempts_pkey' })
  number!: number;

  @Column('timestamptz')
  at!: Date;

  @Column('integer', { name: 'duration_ms' })
  durationMs!: number;

  /** Null where there was no answer. */
  @Column('integer', { nullable: true })
  status!: number | null;

  /** A code, such as `outbound.timeout`. */
  @Column('text', { nullable: true })
  error!: string | null;

  /** The beginning of the answer's body, untrusted. */
  @Column('text', { nullable: true })
  answer!: string | null;
}
