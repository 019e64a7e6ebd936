import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Tokens that are minted for trusted publishers, whom they stand for, and which ID tokens were used. */
export class MintForPublishers1765501000301 implements MigrationInterface {
  readonly name = 'MintForPublishers1765501000301';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of up) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const statement of down) await queryRunner.query(statement);
  }
}

const up = [
  `ALTER TABLE tokens
     ADD COLUMN publisher_ids uuid[] NOT NULL DEFAULT '{}',
     ADD COLUMN release_path jsonb,
     DROP CONSTRAINT tokens_kind_known,
     ADD CONSTRAINT tokens_kind_known CHECK (kind IN ('personal', 'service', 'deploy', 'publisher')),
     ADD CONSTRAINT tokens_publisher_whole
       CHECK ((kind = 'publisher') = (cardinality(publisher_ids) > 0) AND (kind = 'publisher') = (release_path IS NOT NULL)
         AND (kind <> 'publisher' OR parent_id IS NULL))`,
  `CREATE INDEX tokens_by_publisher ON tokens USING gin (publisher_ids)
     WHERE kind = 'publisher' AND revoked_at IS NULL`,
  `CREATE INDEX tokens_of_publishers_by_expiry ON tokens (expires_at) WHERE kind = 'publisher'`,
  `CREATE TABLE publisher_accounts (
     publisher_id uuid NOT NULL,
     user_id uuid NOT NULL,
     CONSTRAINT publisher_accounts_pk PRIMARY KEY (publisher_id),
     CONSTRAINT publisher_accounts_user_unique UNIQUE (user_id),
     CONSTRAINT publisher_accounts_publisher_fk FOREIGN KEY (publisher_id) REFERENCES trusted_publishers,
     CONSTRAINT publisher_accounts_user_fk FOREIGN KEY (user_id) REFERENCES users)`,
  `CREATE TABLE oidc_replays (
     issuer text NOT NULL,
     replay_key bytea NOT NULL,
     uses text[] NOT NULL,
     forget_at timestamptz NOT NULL,
     CONSTRAINT oidc_replays_pk PRIMARY KEY (issuer, replay_key),
     CONSTRAINT oidc_replays_key_hashed CHECK (octet_length(replay_key) = 32))`,
  `CREATE INDEX oidc_replays_by_age ON oidc_replays (forget_at)`,
];

const down = [
  `DROP TABLE oidc_replays`,
  `DROP TABLE publisher_accounts`,
  `DROP INDEX tokens_of_publishers_by_expiry`,
  `DROP INDEX tokens_by_publisher`,
  // What was before would take them for tokens of persons.
  `DELETE FROM tokens WHERE kind = 'publisher'`,
  `ALTER TABLE tokens
     DROP CONSTRAINT tokens_publisher_whole,
     DROP CONSTRAINT tokens_kind_known,
     ADD CONSTRAINT tokens_kind_known CHECK (kind IN ('personal', 'service', 'deploy')),
     DROP COLUMN release_path,
     DROP COLUMN publisher_ids`,
];
