import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Profiles, owners of packages, and logins that a person confirms in a browser. */
export class CreateOwnershipAndWebLogins1764200000001 implements MigrationInterface {
  readonly name = 'CreateOwnershipAndWebLogins1764200000001';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of up) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const statement of down) await queryRunner.query(statement);
  }
}

const up = [
  `ALTER TABLE users ADD COLUMN full_name text`,
  `ALTER TABLE users ADD COLUMN updated_at timestamptz NOT NULL DEFAULT now()`,
  `CREATE TABLE package_ownerships (
     repository_id uuid NOT NULL,
     package_purl text NOT NULL,
     organization_id uuid NOT NULL,
     learned_from integer,
     event_version integer NOT NULL DEFAULT 0,
     CONSTRAINT package_ownerships_pk PRIMARY KEY (repository_id, package_purl))`,
  `CREATE TABLE package_owners (
     repository_id uuid NOT NULL,
     package_purl text NOT NULL,
     user_id uuid NOT NULL,
     granted boolean NOT NULL,
     CONSTRAINT package_owners_pk PRIMARY KEY (repository_id, package_purl, user_id),
     CONSTRAINT package_owners_ownership_fk FOREIGN KEY (repository_id, package_purl)
       REFERENCES package_ownerships (repository_id, package_purl) ON DELETE CASCADE,
     CONSTRAINT package_owners_user_fk FOREIGN KEY (user_id) REFERENCES users ON DELETE CASCADE)`,
  `CREATE INDEX package_owners_by_user ON package_owners (user_id, granted)`,
  `CREATE TABLE web_logins (
     web_login_id uuid NOT NULL,
     login_hash text NOT NULL,
     poll_hash text NOT NULL,
     description text NOT NULL,
     client_address text NOT NULL,
     address_key text NOT NULL,
     created_at timestamptz NOT NULL DEFAULT now(),
     expires_at timestamptz NOT NULL,
     confirmed_by uuid,
     confirmed_from text,
     with_access boolean NOT NULL DEFAULT false,
     CONSTRAINT web_logins_pk PRIMARY KEY (web_login_id),
     CONSTRAINT web_logins_login_hash_unique UNIQUE (login_hash),
     CONSTRAINT web_logins_poll_hash_unique UNIQUE (poll_hash),
     CONSTRAINT web_logins_user_fk FOREIGN KEY (confirmed_by) REFERENCES users ON DELETE CASCADE)`,
  `CREATE INDEX web_logins_by_address ON web_logins (address_key, expires_at)`,
  `CREATE INDEX web_logins_by_expiry ON web_logins (expires_at)`,
  `CREATE INDEX web_logins_by_user ON web_logins (confirmed_by)`,
];

const down = [
  `DROP TABLE web_logins`,
  `DROP TABLE package_owners`,
  `DROP TABLE package_ownerships`,
  `ALTER TABLE users DROP COLUMN updated_at`,
  `ALTER TABLE users DROP COLUMN full_name`,
];
