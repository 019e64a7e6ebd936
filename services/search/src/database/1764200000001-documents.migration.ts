import { DomainError } from '@waybill/domain';
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Documents1764200000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const trigrams = `${await schemaOfTrigrams(runner)}.gin_trgm_ops`;
    await runner.query(`
      CREATE TABLE repositories (
        repository_id uuid NOT NULL,
        organization_id uuid NOT NULL,
        visibility text NOT NULL,
        aggregate_version integer NOT NULL,
        CONSTRAINT repositories_pkey PRIMARY KEY (repository_id)
      )`);
    await runner.query(`
      CREATE TABLE packages (
        repository_id uuid NOT NULL,
        purl text NOT NULL,
        revision bigint NOT NULL,
        latest text,
        latest_version integer NOT NULL,
        owners text[],
        owners_version integer NOT NULL,
        CONSTRAINT packages_pkey PRIMARY KEY (repository_id, purl)
      )`);
    await runner.query(`
      CREATE TABLE releases (
        release_id uuid NOT NULL,
        repository_id uuid NOT NULL,
        purl text NOT NULL,
        version text NOT NULL,
        summary jsonb,
        published_by text,
        published_at timestamptz,
        published_version integer NOT NULL,
        withdrawn_version integer NOT NULL,
        deprecated boolean NOT NULL,
        deprecated_version integer NOT NULL,
        CONSTRAINT releases_pkey PRIMARY KEY (release_id)
      )`);
    await runner.query(`CREATE INDEX releases_package_idx ON releases (repository_id, purl)`);
    await runner.query(`
      CREATE TABLE downloads (
        repository_id uuid NOT NULL,
        purl text NOT NULL,
        day date NOT NULL,
        count bigint NOT NULL,
        CONSTRAINT downloads_pkey PRIMARY KEY (repository_id, purl, day)
      )`);
    await runner.query(`CREATE INDEX downloads_day_idx ON downloads (day)`);
    await runner.query(`
      CREATE TABLE counted_downloads (
        event_id uuid NOT NULL,
        counted_at timestamptz NOT NULL,
        CONSTRAINT counted_downloads_pkey PRIMARY KEY (event_id)
      )`);
    await runner.query(`CREATE INDEX counted_downloads_counted_at_idx ON counted_downloads (counted_at)`);
    await runner.query(`
      CREATE TABLE rebuilds (
        finished_at timestamptz NOT NULL,
        CONSTRAINT rebuilds_pkey PRIMARY KEY (finished_at)
      )`);
    // Words are stemmed as English, which most descriptions are, and kept whole beside that, for names such as `the`.
    await runner.query(`
      CREATE TABLE documents (
        repository_id uuid NOT NULL,
        purl text NOT NULL,
        revision bigint NOT NULL,
        visible boolean NOT NULL,
        ecosystem text NOT NULL,
        namespace text,
        name text NOT NULL,
        full_name text NOT NULL,
        name_key text NOT NULL,
        full_key text NOT NULL,
        version text NOT NULL,
        summary jsonb NOT NULL,
        keywords text[] NOT NULL,
        words text NOT NULL,
        usernames text[] NOT NULL,
        published_at timestamptz NOT NULL,
        published_by text NOT NULL,
        deprecated boolean NOT NULL,
        downloads bigint NOT NULL,
        found_by tsvector NOT NULL
          GENERATED ALWAYS AS (to_tsvector('simple', words) || to_tsvector('english', words)) STORED,
        CONSTRAINT documents_pkey PRIMARY KEY (repository_id, purl)
      )`);
    // Without a list of pending entries: every query would read it, and the planner counts on that.
    await runner.query(`CREATE INDEX documents_found_by_idx ON documents USING gin (found_by) WITH (fastupdate = off)`);
    await runner.query(
      `CREATE INDEX documents_contains_idx ON documents USING gin (full_key ${trigrams}) WITH (fastupdate = off)`,
    );
    await runner.query(`CREATE INDEX documents_keywords_idx ON documents USING gin (keywords) WITH (fastupdate = off)`);
    await runner.query(
      `CREATE INDEX documents_usernames_idx ON documents USING gin (usernames) WITH (fastupdate = off)`,
    );
    await runner.query(
      `CREATE INDEX documents_name_key_idx ON documents (repository_id, ecosystem, name_key text_pattern_ops)`,
    );
    await runner.query(
      `CREATE INDEX documents_full_key_idx ON documents (repository_id, ecosystem, full_key text_pattern_ops)`,
    );
    await runner.query(
      `CREATE INDEX documents_newest_idx ON documents (repository_id, ecosystem, published_at DESC, purl)`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      `DROP TABLE documents, rebuilds, counted_downloads, downloads, releases, packages, repositories`,
    );
  }
}

// Only an administrator of the database can install an extension, in a schema of his choice: who provisions has done it.
async function schemaOfTrigrams(runner: QueryRunner): Promise<string> {
  const [found] = (await runner.query(
    `SELECT quote_ident(nspname) AS schema FROM pg_extension JOIN pg_namespace ON pg_namespace.oid = extnamespace
      WHERE extname = 'pg_trgm'`,
  )) as { schema: string }[];
  if (found !== undefined) return found.schema;
  throw new DomainError('unavailable', 'database.extension', 'The database lacks the extension pg_trgm; provision it.');
}
