import type { EventEnvelope } from '@waybill/contracts';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';

const toNumber = { to: (value: number) => value, from: Number };

/** Facts of this service, written in the transaction that made them true, sent afterwards (transactional outbox). */
@Entity({ name: 'outbox' })
@Unique('outbox_event_id_key', ['eventId'])
@Index('outbox_unsent_idx', ['position'], { where: 'sent_at IS NULL' })
export class OutboxEntity {
  /** Order of writing; not of committing: never read "greater than the last" (architecture.md §1). */
  @PrimaryColumn('bigint', {
    generated: 'increment',
    primaryKeyConstraintName: 'outbox_pkey',
    transformer: toNumber,
  })
  position!: number;

  @Column('uuid', { name: 'event_id' })
  eventId!: string;

  @Column('text')
  type!: string;

  @Column('text')
  aggregate!: string;

  /** `json`, not `jsonb`: the order of keys is part of what an author wrote (a package.json's `exports`). */
  @Column('json')
  envelope!: EventEnvelope;

  /** The transaction that wrote it: a reader of the log stops before the oldest one that still runs. */
  @Column('bigint', { transformer: toNumber })
  xact!: number;

  @Column('timestamptz', { name: 'sent_at', nullable: true })
  sentAt!: Date | null;
}

/** The migration that makes the table, for the list of migrations of a service. */
export function OutboxMigration(schema: string): new () => MigrationInterface {
  return class {
    readonly name = 'Outbox1690000000000';

    async up(runner: QueryRunner): Promise<void> {
      await runner.query(`
        CREATE TABLE "${schema}".outbox (
          position bigserial NOT NULL,
          event_id uuid NOT NULL,
          type text NOT NULL,
          aggregate text NOT NULL,
          envelope json NOT NULL,
          xact bigint NOT NULL,
          sent_at timestamptz,
          CONSTRAINT outbox_pkey PRIMARY KEY (position),
          CONSTRAINT outbox_event_id_key UNIQUE (event_id)
        )`);
      await runner.query(`CREATE INDEX outbox_unsent_idx ON "${schema}".outbox (position) WHERE sent_at IS NULL`);
    }

    async down(runner: QueryRunner): Promise<void> {
      await runner.query(`DROP TABLE "${schema}".outbox`);
    }
  };
}
