import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Brings a table of audit events from before there were chains to what all services have: whose chain an event belongs to,
 * whether it was refused, and from where. A service whose table is that old extends it by a migration with a number of its own.
 */
export abstract class AuditOfOrganizations implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of up) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of down) await runner.query(statement);
  }
}

const up = [
  `ALTER TABLE audit_events
     ADD COLUMN actor_user_id uuid,
     ADD COLUMN organization_id uuid,
     ADD COLUMN outcome text NOT NULL DEFAULT 'success',
     ADD COLUMN client_address text,
     ADD CONSTRAINT audit_events_outcome_known CHECK (outcome = ANY (ARRAY['success'::text, 'refused'::text]))`,
  `ALTER INDEX audit_events_subject_idx RENAME TO audit_events_by_subject`,
];

const down = [
  `ALTER INDEX audit_events_by_subject RENAME TO audit_events_subject_idx`,
  `ALTER TABLE audit_events
     DROP CONSTRAINT audit_events_outcome_known,
     DROP COLUMN client_address,
     DROP COLUMN outcome,
     DROP COLUMN organization_id,
     DROP COLUMN actor_user_id`,
];
