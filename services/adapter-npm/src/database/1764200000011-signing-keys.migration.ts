import type { MigrationInterface, QueryRunner } from 'typeorm';

export class SigningKeys1764200000011 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE signing_keys (
        keyid text NOT NULL,
        key_type text NOT NULL,
        public_key bytea NOT NULL,
        sealed_private_key bytea NOT NULL,
        created_at timestamptz NOT NULL,
        expires_at timestamptz,
        CONSTRAINT signing_keys_pkey PRIMARY KEY (keyid)
      )`);
    await runner.query(
      `CREATE UNIQUE INDEX signing_keys_current_key ON signing_keys (key_type) WHERE expires_at IS NULL`,
    );
    await runner.query(`ALTER TABLE releases ADD COLUMN signatures jsonb, ADD COLUMN attestations jsonb`);
    await runner.query(`CREATE INDEX releases_unsigned_idx ON releases (repository_id, purl) WHERE signatures IS NULL`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX releases_unsigned_idx`);
    await runner.query(`ALTER TABLE releases DROP COLUMN signatures, DROP COLUMN attestations`);
    await runner.query(`DROP TABLE signing_keys`);
  }
}
