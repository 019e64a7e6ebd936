import type { MigrationInterface, QueryRunner } from 'typeorm';

/** When something was last done in the background, and how it ended, for those who run the installation. */
export class BackgroundRuns1765401000403 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE background_runs (
         name text NOT NULL,
         started_at timestamptz NOT NULL,
         ended_at timestamptz,
         error text,
         CONSTRAINT background_runs_pkey PRIMARY KEY (name))`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE background_runs');
  }
}
