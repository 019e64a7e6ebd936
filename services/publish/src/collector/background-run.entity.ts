import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The last time that something was done in the background which one replica does at a time. */
@Entity({ name: 'background_runs' })
export class BackgroundRunEntity {
  /** What: `collector`, `repository-purge`. */
  @PrimaryColumn('text', { primaryKeyConstraintName: 'background_runs_pkey' })
  name!: string;

  @Column('timestamptz', { name: 'started_at' })
  startedAt!: Date;

  /** Null while it goes on, or where its replica died over it. */
  @Column('timestamptz', { name: 'ended_at', nullable: true })
  endedAt!: Date | null;

  /** Code of the error that it ended with. */
  @Column('text', { nullable: true })
  error!: string | null;
}
