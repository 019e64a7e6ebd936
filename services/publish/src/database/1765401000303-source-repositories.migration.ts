import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What organizations say of their source repositories, for packages that inherit from them. */
export class SourceRepositories1765401000303 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE source_repositories (
         source_repository_id uuid NOT NULL,
         organization_id uuid NOT NULL,
         place text NOT NULL,
         forge text NOT NULL,
         host text NOT NULL,
         owner text NOT NULL,
         name text NOT NULL,
         forge_repository_id text,
         visibility text NOT NULL,
         people jsonb NOT NULL,
         reported_by text NOT NULL,
         reported_at timestamptz NOT NULL,
         version integer NOT NULL,
         CONSTRAINT source_repositories_pkey PRIMARY KEY (source_repository_id),
         CONSTRAINT source_repositories_place_key UNIQUE (organization_id, place),
         CONSTRAINT source_repositories_forge_known CHECK
           (forge = ANY (ARRAY['github'::text, 'gitlab'::text, 'forgejo'::text, 'other'::text])),
         CONSTRAINT source_repositories_visibility_known CHECK
           (visibility = ANY (ARRAY['public'::text, 'internal'::text, 'private'::text])))`,
    );
    // Who inherits from a source is asked with every report of it; it is written as `placeOf` does.
    await runner.query('ALTER TABLE source_links ADD COLUMN place text');
    await runner.query(`UPDATE source_links SET place = lower(forge || ':' || host || '/' || owner || '/' || name)`);
    await runner.query('ALTER TABLE source_links ALTER COLUMN place SET NOT NULL');
    await runner.query(
      `CREATE INDEX source_links_inheriting_idx ON source_links (place) WHERE inherit_visibility OR inherit_roles`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE source_links DROP COLUMN place');
    await runner.query('DROP TABLE source_repositories');
  }
}
