import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A batch of counts that was added already; counts are no state that could simply be written again. */
@Entity({ name: 'counted_batches' })
@Index('counted_batches_counted_at_idx', ['countedAt'])
export class CountedBatchEntity {
  @PrimaryColumn('uuid', { name: 'event_id', primaryKeyConstraintName: 'counted_batches_pkey' })
  eventId!: string;

  @Column('timestamptz', { name: 'counted_at' })
  countedAt!: Date;
}
