import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Slugs of repositories that were purged, and whose they were. Those that were purged before this are not known any more. */
export class RepositoryTombstones1765401000301 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE repository_tombstones (
         slug text NOT NULL,
         organization_id uuid NOT NULL,
         purged_at timestamptz NOT NULL,
         CONSTRAINT repository_tombstones_pkey PRIMARY KEY (slug))`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE repository_tombstones');
  }
}
