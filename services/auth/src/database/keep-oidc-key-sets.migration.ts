import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Keys of issuers of organizations, which are read before anybody needs them (docs/adr/0062). */
export class KeepOidcKeySets1765502000101 implements MigrationInterface {
  readonly name = 'KeepOidcKeySets1765502000101';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`CREATE TABLE oidc_key_sets (
      url text NOT NULL,
      provider text NOT NULL,
      keys jsonb,
      read_at timestamptz,
      failures integer NOT NULL DEFAULT 0,
      next_attempt_at timestamptz NOT NULL,
      used_at timestamptz,
      CONSTRAINT oidc_key_sets_pk PRIMARY KEY (url, provider),
      CONSTRAINT oidc_key_sets_url_bounded CHECK (length(url) BETWEEN 1 AND 400),
      CONSTRAINT oidc_key_sets_failures_counted CHECK (failures >= 0),
      CONSTRAINT oidc_key_sets_read_some_time CHECK ((keys IS NULL) = (read_at IS NULL)))`);
    await queryRunner.query(`CREATE INDEX oidc_key_sets_by_next_attempt ON oidc_key_sets (next_attempt_at)`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE oidc_key_sets`);
  }
}
