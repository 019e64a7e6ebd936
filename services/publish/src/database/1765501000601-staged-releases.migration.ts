import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who approved releases that are staged, and what repositories ask of that. */
export class StagedReleases1765501000601 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE repositories
        ADD COLUMN approvals_needed integer NOT NULL DEFAULT 1,
        ADD COLUMN staged_only boolean NOT NULL DEFAULT false,
        ADD CONSTRAINT repositories_approvals_needed_known CHECK (approvals_needed BETWEEN 1 AND 10)`);
    await runner.query(
      `CREATE INDEX releases_staged_idx ON releases (submitted_at, release_id) WHERE state = 'staged'`,
    );
    await runner.query(`
      CREATE TABLE staged_approvals (
        release_id uuid NOT NULL,
        user_id uuid NOT NULL,
        username text NOT NULL,
        organization_id uuid NOT NULL,
        contents text NOT NULL,
        reason text NOT NULL,
        approved_at timestamptz NOT NULL,
        CONSTRAINT staged_approvals_pkey PRIMARY KEY (release_id, user_id),
        CONSTRAINT staged_approvals_release_fkey FOREIGN KEY (release_id) REFERENCES releases (release_id))`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE staged_approvals');
    await runner.query('DROP INDEX releases_staged_idx');
    await runner.query(`
      ALTER TABLE repositories
        DROP CONSTRAINT repositories_approvals_needed_known,
        DROP COLUMN approvals_needed,
        DROP COLUMN staged_only`);
  }
}
