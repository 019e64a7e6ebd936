import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** An event whose counts were added, so that they are not added twice. */
@Entity({ name: 'counted_downloads' })
@Index('counted_downloads_counted_at_idx', ['countedAt'])
export class CountedDownloadsEntity {
  @PrimaryColumn('uuid', { name: 'event_id', primaryKeyConstraintName: 'counted_downloads_pkey' })
  eventId!: string;

  @Column('timestamptz', { name: 'counted_at' })
  countedAt!: Date;
}
