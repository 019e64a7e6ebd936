import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The migration that makes the table of `AuditEventEntity`, for the list of migrations of a service that has none yet. */
export class AuditEvents1765400000100 implements MigrationInterface {
  readonly name = 'AuditEvents1765400000100';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of up) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE audit_events');
    await runner.query('DROP FUNCTION refuse_audit_change');
  }
}

const up = [
  `CREATE TABLE audit_events (
     id uuid NOT NULL,
     at timestamptz NOT NULL,
     actor text NOT NULL,
     actor_user_id uuid,
     action text NOT NULL,
     subject text NOT NULL,
     organization_id uuid,
     outcome text NOT NULL DEFAULT 'success',
     request_id text,
     client_address text,
     details jsonb NOT NULL,
     CONSTRAINT audit_events_pkey PRIMARY KEY (id),
     CONSTRAINT audit_events_outcome_known CHECK (outcome = ANY (ARRAY['success'::text, 'refused'::text])))`,
  `CREATE INDEX audit_events_by_subject ON audit_events (subject, at)`,
  // The role owns its tables, so that revoking rights from it would hold nobody: a trigger refuses instead (W9).
  `CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS
   $$ BEGIN RAISE EXCEPTION 'the audit is append-only' USING ERRCODE = 'insufficient_privilege'; END $$`,
  `CREATE TRIGGER audit_events_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_events
     FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()`,
];
