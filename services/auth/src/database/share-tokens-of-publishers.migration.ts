import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Tokens for publishers of several organizations: what was published through a publisher decides whom a job is for, and the account that
 * its tokens stand for is no organization's. What was minted before has no publishers in its scopes, and ends as a whole.
 */
export class ShareTokensOfPublishers1765502000001 implements MigrationInterface {
  readonly name = 'ShareTokensOfPublishers1765502000001';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of up) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const statement of down) await queryRunner.query(statement);
  }
}

const up = [
  // Nothing is taken over from first_used_at: a job may have used what strangers had registered for it.
  `ALTER TABLE trusted_publishers
     ADD COLUMN first_published_at timestamptz,
     ADD COLUMN project_since timestamptz`,
  `ALTER TABLE tokens ADD COLUMN other_paths jsonb`,
  `ALTER TABLE users
     DROP CONSTRAINT users_kind_known,
     ADD CONSTRAINT users_kind_known
       CHECK ((kind = 'service') = (organization_id IS NOT NULL) AND kind IN ('person', 'service', 'publisher'))`,
  `UPDATE users SET kind = 'publisher', organization_id = NULL WHERE user_id IN (SELECT user_id FROM publisher_accounts)`,
  `DROP TABLE publisher_accounts`,
];

const down = [
  `CREATE TABLE publisher_accounts (
     publisher_id uuid NOT NULL,
     user_id uuid NOT NULL,
     CONSTRAINT publisher_accounts_pk PRIMARY KEY (publisher_id),
     CONSTRAINT publisher_accounts_user_unique UNIQUE (user_id),
     CONSTRAINT publisher_accounts_publisher_fk FOREIGN KEY (publisher_id) REFERENCES trusted_publishers,
     CONSTRAINT publisher_accounts_user_fk FOREIGN KEY (user_id) REFERENCES users)`,
  // What was before would end all of such a token, or nothing, where one of its organizations ends its own part.
  `DELETE FROM tokens WHERE kind = 'publisher'`,
  `DELETE FROM users WHERE kind = 'publisher'`,
  `ALTER TABLE users
     DROP CONSTRAINT users_kind_known,
     ADD CONSTRAINT users_kind_known
       CHECK ((kind = 'person') = (organization_id IS NULL) AND kind IN ('person', 'service'))`,
  `ALTER TABLE tokens DROP COLUMN other_paths`,
  `ALTER TABLE trusted_publishers DROP COLUMN project_since, DROP COLUMN first_published_at`,
];
