import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The migration that makes the tables of a read model, for the list of migrations of a service. `packages` and `releases` are
 * what `PackageRow` and `ReleaseRow` say; what an ecosystem has besides is added by the service's next migration.
 */
export function ReadModelMigration(schema: string): new () => MigrationInterface {
  return class {
    readonly name = 'ReadModel1765600000000';

    async up(runner: QueryRunner): Promise<void> {
      for (const statement of statementsFor(schema)) await runner.query(statement);
    }

    async down(runner: QueryRunner): Promise<void> {
      const tables = ['counted_batches', 'daily_downloads', 'package_moves', 'release_marks', 'releases', 'packages'];
      for (const table of [...tables, 'repositories']) await runner.query(`DROP TABLE "${schema}".${table}`);
    }
  };
}

function statementsFor(schema: string): readonly string[] {
  return [
    `CREATE TABLE "${schema}".repositories (
       repository_id uuid NOT NULL,
       slug text NOT NULL,
       organization_id uuid NOT NULL,
       visibility text NOT NULL,
       deleted boolean NOT NULL,
       aggregate_version integer NOT NULL,
       CONSTRAINT repositories_pkey PRIMARY KEY (repository_id),
       CONSTRAINT repositories_slug_key UNIQUE (slug)
     )`,
    `CREATE TABLE "${schema}".packages (
       repository_id uuid NOT NULL,
       purl text NOT NULL,
       name text NOT NULL,
       aggregate_version integer NOT NULL,
       modified_at timestamptz NOT NULL,
       visible_version integer NOT NULL DEFAULT 0,
       visibility text,
       settings_version integer NOT NULL DEFAULT 0,
       CONSTRAINT packages_pkey PRIMARY KEY (repository_id, purl)
     )`,
    `CREATE TABLE "${schema}".releases (
       release_id uuid NOT NULL,
       repository_id uuid NOT NULL,
       purl text NOT NULL,
       version text NOT NULL,
       state text NOT NULL,
       published_by text NOT NULL,
       settled_at timestamptz NOT NULL,
       reasons jsonb NOT NULL,
       deprecation text,
       evidence jsonb,
       aggregate_version integer NOT NULL,
       CONSTRAINT releases_pkey PRIMARY KEY (release_id)
     )`,
    `CREATE INDEX releases_package_idx ON "${schema}".releases (repository_id, purl, version)`,
    `CREATE TABLE "${schema}".release_marks (
       release_id uuid NOT NULL,
       repository_id uuid NOT NULL,
       purl text NOT NULL,
       version text NOT NULL,
       deprecation text,
       deprecated_at integer NOT NULL,
       yanked boolean NOT NULL DEFAULT false,
       yanked_at integer NOT NULL DEFAULT 0,
       withdrawn_at integer NOT NULL,
       restored_at integer NOT NULL DEFAULT 0,
       CONSTRAINT release_marks_pkey PRIMARY KEY (release_id)
     )`,
    `CREATE INDEX release_marks_package_idx ON "${schema}".release_marks (repository_id, purl, version)`,
    `CREATE TABLE "${schema}".package_moves (
       repository_id uuid NOT NULL,
       purl text NOT NULL,
       aggregate_version integer NOT NULL,
       moved_to uuid NOT NULL,
       CONSTRAINT package_moves_pkey PRIMARY KEY (repository_id, purl, aggregate_version)
     )`,
    `CREATE TABLE "${schema}".daily_downloads (
       repository_id uuid NOT NULL,
       purl text NOT NULL,
       day date NOT NULL,
       version text NOT NULL,
       downloads bigint NOT NULL,
       CONSTRAINT daily_downloads_pkey PRIMARY KEY (repository_id, purl, day, version)
     )`,
    `CREATE INDEX daily_downloads_day_idx ON "${schema}".daily_downloads (repository_id, day)`,
    `CREATE TABLE "${schema}".counted_batches (
       event_id uuid NOT NULL,
       counted_at timestamptz NOT NULL,
       CONSTRAINT counted_batches_pkey PRIMARY KEY (event_id)
     )`,
    `CREATE INDEX counted_batches_counted_at_idx ON "${schema}".counted_batches (counted_at)`,
  ];
}
