import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The table as all services have it (libs/audit): whose chain an event belongs to, and whether it happened or was refused. */
export class AuditOfOrganizations1765400000101 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of up) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of down) await runner.query(statement);
  }
}

const up = [
  `ALTER TABLE audit_events
     ADD COLUMN organization_id uuid,
     ADD COLUMN outcome text NOT NULL DEFAULT 'success',
     ALTER COLUMN at DROP DEFAULT,
     ADD CONSTRAINT audit_events_outcome_known CHECK (outcome = ANY (ARRAY['success'::text, 'refused'::text]))`,
  `ALTER TABLE audit_events RENAME CONSTRAINT audit_events_pk TO audit_events_pkey`,
  // Who did what is asked of the service that has the events of all.
  `DROP INDEX audit_events_by_actor`,
];

const down = [
  `CREATE INDEX audit_events_by_actor ON audit_events (actor, at)`,
  `ALTER TABLE audit_events RENAME CONSTRAINT audit_events_pkey TO audit_events_pk`,
  `ALTER TABLE audit_events
     DROP CONSTRAINT audit_events_outcome_known,
     ALTER COLUMN at SET DEFAULT now(),
     DROP COLUMN outcome,
     DROP COLUMN organization_id`,
];
