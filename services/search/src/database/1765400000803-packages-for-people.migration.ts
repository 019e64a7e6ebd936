import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Packages with a visibility of their own, releases that come back, and where packages were moved. */
export class PackagesForPeople1765400000803 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE packages
        ADD COLUMN visibility text,
        ADD COLUMN settings_version integer NOT NULL DEFAULT 0,
        ADD COLUMN moved_version integer NOT NULL DEFAULT 0`);
    await runner.query(`ALTER TABLE releases ADD COLUMN restored_version integer NOT NULL DEFAULT 0`);
    await runner.query(`ALTER TABLE documents ADD COLUMN own_visibility text`);
    await runner.query(`
      CREATE TABLE package_moves (
        repository_id uuid NOT NULL,
        purl text NOT NULL,
        aggregate_version integer NOT NULL,
        moved_to uuid NOT NULL,
        CONSTRAINT package_moves_pkey PRIMARY KEY (repository_id, purl, aggregate_version)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE package_moves`);
    await runner.query(`ALTER TABLE documents DROP COLUMN own_visibility`);
    await runner.query(`ALTER TABLE releases DROP COLUMN restored_version`);
    await runner.query(
      `ALTER TABLE packages DROP COLUMN visibility, DROP COLUMN settings_version, DROP COLUMN moved_version`,
    );
  }
}
