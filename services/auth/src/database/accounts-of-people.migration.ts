import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Profiles, verified addresses, second factors, where sessions are, invitations, and accounts that were deleted. */
export class AccountsOfPeople1765400000501 implements MigrationInterface {
  readonly name = 'AccountsOfPeople1765400000501';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of up) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const statement of down) await queryRunner.query(statement);
  }
}

const up = [
  `ALTER TABLE users ADD COLUMN email_verified_at timestamptz`,
  `ALTER TABLE users ADD COLUMN bio text`,
  `ALTER TABLE users ADD COLUMN website text`,
  `ALTER TABLE users ADD COLUMN deleted_at timestamptz`,
  `ALTER TABLE users ADD COLUMN version integer NOT NULL DEFAULT 1`,
  `ALTER TABLE users ADD CONSTRAINT users_verified_email CHECK (email_verified_at IS NULL OR email IS NOT NULL)`,
  // Of whoever was deleted nothing is left but the name, which nobody else gets.
  `ALTER TABLE users ADD CONSTRAINT users_deleted_are_empty
     CHECK (deleted_at IS NULL OR suspended AND num_nonnulls(email, full_name, bio, website, password_hash) = 0)`,
  `ALTER TABLE sessions ADD COLUMN client_address text NOT NULL DEFAULT ''`,
  `ALTER TABLE sessions ADD COLUMN client text NOT NULL DEFAULT ''`,
  `CREATE TABLE two_factors (
     user_id uuid NOT NULL,
     sealed_secret bytea NOT NULL,
     created_at timestamptz NOT NULL,
     confirmed_at timestamptz,
     last_step bigint,
     CONSTRAINT two_factors_pk PRIMARY KEY (user_id),
     CONSTRAINT two_factors_user_fk FOREIGN KEY (user_id) REFERENCES users ON DELETE CASCADE)`,
  `CREATE TABLE recovery_codes (
     user_id uuid NOT NULL,
     code_hash text NOT NULL,
     CONSTRAINT recovery_codes_pk PRIMARY KEY (user_id, code_hash),
     CONSTRAINT recovery_codes_user_fk FOREIGN KEY (user_id) REFERENCES users ON DELETE CASCADE)`,
  `CREATE TABLE one_time_secrets (
     secret_hash text NOT NULL,
     kind text NOT NULL,
     user_id uuid NOT NULL,
     email text,
     created_at timestamptz NOT NULL,
     expires_at timestamptz NOT NULL,
     CONSTRAINT one_time_secrets_pk PRIMARY KEY (secret_hash),
     CONSTRAINT one_time_secrets_one_per_kind UNIQUE (user_id, kind),
     CONSTRAINT one_time_secrets_kind_known
       CHECK (kind IN ('email-verification', 'password-reset') AND (kind = 'email-verification') = (email IS NOT NULL)),
     CONSTRAINT one_time_secrets_user_fk FOREIGN KEY (user_id) REFERENCES users ON DELETE CASCADE)`,
  `CREATE TABLE invitations (
     invitation_id uuid NOT NULL,
     organization_id uuid NOT NULL,
     role text NOT NULL,
     team_ids uuid[] NOT NULL DEFAULT '{}',
     username text,
     user_id uuid,
     email text,
     secret_hash text,
     invited_by uuid NOT NULL,
     created_at timestamptz NOT NULL,
     expires_at timestamptz NOT NULL,
     state text NOT NULL DEFAULT 'open',
     answered_at timestamptz,
     CONSTRAINT invitations_pk PRIMARY KEY (invitation_id),
     CONSTRAINT invitations_secret_hash_unique UNIQUE (secret_hash),
     CONSTRAINT invitations_somebody CHECK ((username IS NULL) = (email IS NOT NULL)
       AND (email IS NULL) = (secret_hash IS NULL) AND (user_id IS NULL OR username IS NOT NULL)),
     CONSTRAINT invitations_role_known CHECK (role IN ('owner', 'admin', 'member', 'auditor', 'reader')),
     CONSTRAINT invitations_state_known CHECK (state IN ('open', 'accepted', 'declined', 'revoked')
       AND (state = 'open') = (answered_at IS NULL)),
     CONSTRAINT invitations_organization_fk FOREIGN KEY (organization_id) REFERENCES organizations ON DELETE CASCADE,
     CONSTRAINT invitations_user_fk FOREIGN KEY (user_id) REFERENCES users ON DELETE CASCADE,
     CONSTRAINT invitations_invited_by_fk FOREIGN KEY (invited_by) REFERENCES users ON DELETE CASCADE)`,
  `CREATE UNIQUE INDEX invitations_open_by_username ON invitations (organization_id, username)
     WHERE state = 'open' AND username IS NOT NULL`,
  `CREATE UNIQUE INDEX invitations_open_by_email ON invitations (organization_id, email)
     WHERE state = 'open' AND email IS NOT NULL`,
  `CREATE INDEX invitations_by_organization ON invitations (organization_id, created_at)`,
  `CREATE INDEX invitations_by_user ON invitations (user_id, created_at) WHERE user_id IS NOT NULL`,
  `CREATE INDEX invitations_by_email ON invitations (email, created_at) WHERE email IS NOT NULL`,
  `CREATE INDEX invitations_by_inviter ON invitations (invited_by)`,
];

const down = [
  `DROP TABLE invitations`,
  `DROP TABLE one_time_secrets`,
  `DROP TABLE recovery_codes`,
  `DROP TABLE two_factors`,
  `ALTER TABLE sessions DROP COLUMN client`,
  `ALTER TABLE sessions DROP COLUMN client_address`,
  `ALTER TABLE users DROP CONSTRAINT users_deleted_are_empty`,
  `ALTER TABLE users DROP CONSTRAINT users_verified_email`,
  `ALTER TABLE users DROP COLUMN version`,
  `ALTER TABLE users DROP COLUMN deleted_at`,
  `ALTER TABLE users DROP COLUMN website`,
  `ALTER TABLE users DROP COLUMN bio`,
  `ALTER TABLE users DROP COLUMN email_verified_at`,
];
