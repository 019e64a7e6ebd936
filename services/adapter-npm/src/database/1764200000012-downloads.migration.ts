import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Downloads1764200000012 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE daily_downloads (
        repository_id uuid NOT NULL,
        purl text NOT NULL,
        day date NOT NULL,
        version text NOT NULL,
        downloads bigint NOT NULL,
        CONSTRAINT daily_downloads_pkey PRIMARY KEY (repository_id, purl, day, version)
      )`);
    await runner.query(`CREATE INDEX daily_downloads_day_idx ON daily_downloads (repository_id, day)`);
    await runner.query(`
      CREATE TABLE counted_batches (
        event_id uuid NOT NULL,
        counted_at timestamptz NOT NULL,
        CONSTRAINT counted_batches_pkey PRIMARY KEY (event_id)
      )`);
    await runner.query(`CREATE INDEX counted_batches_counted_at_idx ON counted_batches (counted_at)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE counted_batches, daily_downloads`);
  }
}
