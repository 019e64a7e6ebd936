import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Downloads of packages by day, as the gateways count them. */
export class PackageDownloads1765401000402 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of up) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE counted_downloads, package_downloads');
  }
}

const up = [
  `CREATE TABLE package_downloads (
     package_id uuid NOT NULL,
     day date NOT NULL,
     downloads bigint NOT NULL,
     CONSTRAINT package_downloads_pkey PRIMARY KEY (package_id, day))`,
  `CREATE INDEX package_downloads_day_idx ON package_downloads (day)`,
  `CREATE TABLE counted_downloads (
     event_id uuid NOT NULL,
     counted_at timestamptz NOT NULL,
     CONSTRAINT counted_downloads_pkey PRIMARY KEY (event_id))`,
  `CREATE INDEX counted_downloads_counted_at_idx ON counted_downloads (counted_at)`,
];
