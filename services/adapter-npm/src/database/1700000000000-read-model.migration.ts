import type { MigrationInterface, QueryRunner } from 'typeorm';

export class ReadModel1700000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE repositories (
        repository_id uuid NOT NULL,
        slug text NOT NULL,
        organization_id uuid NOT NULL,
        visibility text NOT NULL,
        aggregate_version integer NOT NULL,
        CONSTRAINT repositories_pkey PRIMARY KEY (repository_id),
        CONSTRAINT repositories_slug_key UNIQUE (slug)
      )`);
    await runner.query(`
      CREATE TABLE packages (
        repository_id uuid NOT NULL,
        purl text NOT NULL,
        name text NOT NULL,
        aggregate_version integer NOT NULL,
        modified_at timestamptz NOT NULL,
        CONSTRAINT packages_pkey PRIMARY KEY (repository_id, purl)
      )`);
    await runner.query(`
      CREATE TABLE releases (
        release_id uuid NOT NULL,
        repository_id uuid NOT NULL,
        purl text NOT NULL,
        version text NOT NULL,
        state text NOT NULL,
        manifest json NOT NULL,
        facts jsonb NOT NULL,
        tarball_digest text NOT NULL,
        tarball_bytes bigint NOT NULL,
        published_by text NOT NULL,
        settled_at timestamptz NOT NULL,
        reasons jsonb NOT NULL,
        aggregate_version integer NOT NULL,
        CONSTRAINT releases_pkey PRIMARY KEY (release_id)
      )`);
    await runner.query(`CREATE INDEX releases_package_idx ON releases (repository_id, purl, version)`);
    await runner.query(`
      CREATE TABLE dist_tags (
        repository_id uuid NOT NULL,
        purl text NOT NULL,
        tag text NOT NULL,
        version text,
        aggregate_version integer NOT NULL,
        CONSTRAINT dist_tags_pkey PRIMARY KEY (repository_id, purl, tag)
      )`);
    await runner.query(`
      CREATE TABLE packuments (
        repository_id uuid NOT NULL,
        purl text NOT NULL,
        form text NOT NULL,
        repository_url text NOT NULL,
        etag text NOT NULL,
        modified_at timestamptz NOT NULL,
        body bytea,
        blob_digest text,
        size_bytes bigint NOT NULL,
        CONSTRAINT packuments_pkey PRIMARY KEY (repository_id, purl, form)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE packuments, dist_tags, releases, packages, repositories`);
  }
}
