import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What PyPI's read model has besides that of all ecosystems. */
export class FilesAndPages1765600000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE releases
        ADD COLUMN filename text NOT NULL,
        ADD COLUMN file_digest text NOT NULL,
        ADD COLUMN file_bytes bigint NOT NULL,
        ADD COLUMN metadata_digest text,
        ADD COLUMN metadata_bytes bigint,
        ADD COLUMN metadata jsonb NOT NULL,
        ADD COLUMN core_metadata json NOT NULL`);
    await runner.query(`CREATE INDEX releases_filename_idx ON releases (repository_id, purl, filename)`);
    await runner.query(`
      CREATE TABLE pages (
        repository_id uuid NOT NULL,
        purl text NOT NULL,
        form text NOT NULL,
        etag text NOT NULL,
        body bytea,
        blob_digest text,
        size_bytes bigint NOT NULL,
        CONSTRAINT pages_pkey PRIMARY KEY (repository_id, purl, form)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE pages`);
    await runner.query(`DROP INDEX releases_filename_idx`);
    await runner.query(`
      ALTER TABLE releases
        DROP COLUMN filename, DROP COLUMN file_digest, DROP COLUMN file_bytes, DROP COLUMN metadata_digest,
        DROP COLUMN metadata_bytes, DROP COLUMN metadata,
        DROP COLUMN core_metadata`);
  }
}
