import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Mails that wait for the mail server, and for a month that they were sent. */
export class Mails1765400000202 implements MigrationInterface {
  readonly name = 'Mails1765400000202';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE mails (
         mail_id uuid NOT NULL,
         recipient text NOT NULL,
         template text NOT NULL,
         sealed_values bytea,
         state text NOT NULL,
         tries integer NOT NULL DEFAULT 0,
         created_at timestamptz NOT NULL,
         due_at timestamptz NOT NULL,
         lease uuid,
         leased_until timestamptz,
         settled_at timestamptz,
         error text,
         CONSTRAINT mails_pkey PRIMARY KEY (mail_id),
         CONSTRAINT mails_state_known CHECK (state = ANY (ARRAY['waiting'::text, 'sent'::text, 'failed'::text])),
         CONSTRAINT mails_values_while_waiting CHECK ((sealed_values IS NULL) = (state <> 'waiting'::text)))`,
    );
    await runner.query(`CREATE INDEX mails_due ON mails (due_at) WHERE state = 'waiting'`);
    await runner.query(`CREATE INDEX mails_by_age ON mails (created_at)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE mails');
  }
}
