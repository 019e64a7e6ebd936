import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How releases came: what their publisher's issuer and their attestation said. Of those from before nothing is known. */
export class ReleasePaths1765501000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE releases
        ADD COLUMN trusted_publisher jsonb,
        ADD COLUMN provenance jsonb,
        ADD COLUMN source_verified boolean,
        ADD COLUMN submission_findings jsonb NOT NULL DEFAULT '[]',
        ADD COLUMN approvals jsonb NOT NULL DEFAULT '[]'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE releases
        DROP COLUMN trusted_publisher,
        DROP COLUMN provenance,
        DROP COLUMN source_verified,
        DROP COLUMN submission_findings,
        DROP COLUMN approvals`);
  }
}
