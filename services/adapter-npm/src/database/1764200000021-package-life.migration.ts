import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What happens to a package after a publish: deprecations, withdrawals, owners, stars. */
export class PackageLife1764200000021 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE releases ADD COLUMN deprecation text`);
    await runner.query(`
      CREATE TABLE release_marks (
        release_id uuid NOT NULL,
        repository_id uuid NOT NULL,
        purl text NOT NULL,
        version text NOT NULL,
        deprecation text,
        deprecated_at integer NOT NULL,
        withdrawn_at integer NOT NULL,
        CONSTRAINT release_marks_pkey PRIMARY KEY (release_id)
      )`);
    await runner.query(`CREATE INDEX release_marks_package_idx ON release_marks (repository_id, purl, version)`);
    await runner.query(`
      ALTER TABLE packages
        ADD COLUMN visible_version integer NOT NULL DEFAULT 0,
        ADD COLUMN owners_version integer NOT NULL DEFAULT 0,
        ADD COLUMN stars_version integer NOT NULL DEFAULT 0`);
    await runner.query(`
      UPDATE packages SET visible_version = greatest(
        (SELECT max(aggregate_version) FROM releases
           WHERE repository_id = packages.repository_id AND purl = packages.purl AND state = 'published'),
        (SELECT max(aggregate_version) FROM dist_tags
           WHERE repository_id = packages.repository_id AND purl = packages.purl),
        0)`);
    await runner.query(`
      CREATE TABLE package_owners (
        repository_id uuid NOT NULL,
        purl text NOT NULL,
        user_id uuid NOT NULL,
        username text NOT NULL,
        email text,
        position integer NOT NULL,
        CONSTRAINT package_owners_pkey PRIMARY KEY (repository_id, purl, user_id)
      )`);
    await runner.query(`CREATE INDEX package_owners_username_idx ON package_owners (repository_id, username)`);
    await runner.query(`
      CREATE TABLE stars (
        repository_id uuid NOT NULL,
        purl text NOT NULL,
        user_id uuid NOT NULL,
        username text NOT NULL,
        starred_at timestamptz NOT NULL,
        CONSTRAINT stars_pkey PRIMARY KEY (repository_id, purl, user_id)
      )`);
    await runner.query(`CREATE INDEX stars_username_idx ON stars (repository_id, username)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE stars, package_owners, release_marks`);
    await runner.query(
      `ALTER TABLE packages DROP COLUMN visible_version, DROP COLUMN owners_version, DROP COLUMN stars_version`,
    );
    await runner.query(`UPDATE releases SET state = 'published' WHERE state = 'deprecated'`);
    await runner.query(`ALTER TABLE releases DROP COLUMN deprecation`);
  }
}
