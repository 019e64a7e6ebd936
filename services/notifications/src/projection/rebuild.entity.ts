import { Entity, PrimaryColumn } from 'typeorm';

/** The event log was read to its end: a read model that was cut off on the way there is not taken for whole. */
@Entity({ name: 'rebuilds' })
export class RebuildEntity {
  @PrimaryColumn('timestamptz', { name: 'finished_at', primaryKeyConstraintName: 'rebuilds_pkey' })
  finishedAt!: Date;
}
