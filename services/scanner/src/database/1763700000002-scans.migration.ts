import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Scans1763700000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE scans (
        scan_id uuid NOT NULL,
        release_id uuid NOT NULL,
        purl text NOT NULL,
        completed boolean NOT NULL,
        failure text,
        findings jsonb NOT NULL,
        facts jsonb NOT NULL,
        started_at timestamptz NOT NULL,
        finished_at timestamptz NOT NULL,
        CONSTRAINT scans_pkey PRIMARY KEY (scan_id),
        CONSTRAINT scans_release_key UNIQUE (release_id)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE scans`);
  }
}
