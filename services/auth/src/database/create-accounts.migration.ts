import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Users, organizations, memberships, tokens, sessions, and the audit that only grows. */
export class CreateAccounts1763700000000 implements MigrationInterface {
  readonly name = 'CreateAccounts1763700000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of up) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const statement of down) await queryRunner.query(statement);
  }
}

const up = [
  `CREATE TABLE users (
     user_id uuid NOT NULL,
     username text NOT NULL,
     email text,
     password_hash text NOT NULL,
     installation_admin boolean NOT NULL DEFAULT false,
     suspended boolean NOT NULL DEFAULT false,
     event_version integer NOT NULL DEFAULT 0,
     created_at timestamptz NOT NULL DEFAULT now(),
     CONSTRAINT users_pk PRIMARY KEY (user_id),
     CONSTRAINT users_username_unique UNIQUE (username),
     CONSTRAINT users_username_lower_case CHECK (username = lower(username)))`,
  `CREATE TABLE organizations (
     organization_id uuid NOT NULL,
     name text NOT NULL,
     created_at timestamptz NOT NULL DEFAULT now(),
     CONSTRAINT organizations_pk PRIMARY KEY (organization_id),
     CONSTRAINT organizations_name_unique UNIQUE (name))`,
  `CREATE TABLE memberships (
     organization_id uuid NOT NULL,
     user_id uuid NOT NULL,
     role text NOT NULL,
     created_at timestamptz NOT NULL DEFAULT now(),
     CONSTRAINT memberships_pk PRIMARY KEY (organization_id, user_id),
     CONSTRAINT memberships_organization_fk FOREIGN KEY (organization_id) REFERENCES organizations ON DELETE CASCADE,
     CONSTRAINT memberships_user_fk FOREIGN KEY (user_id) REFERENCES users ON DELETE CASCADE,
     CONSTRAINT memberships_role_known CHECK (role IN ('owner', 'admin', 'member', 'reader')))`,
  `CREATE INDEX memberships_by_user ON memberships (user_id)`,
  `CREATE TABLE tokens (
     token_id uuid NOT NULL,
     user_id uuid NOT NULL,
     token_hash text NOT NULL,
     prefix text NOT NULL,
     description text NOT NULL,
     scopes jsonb NOT NULL,
     created_at timestamptz NOT NULL DEFAULT now(),
     expires_at timestamptz NOT NULL,
     last_used_at timestamptz,
     revoked_at timestamptz,
     CONSTRAINT tokens_pk PRIMARY KEY (token_id),
     CONSTRAINT tokens_token_hash_unique UNIQUE (token_hash),
     CONSTRAINT tokens_user_fk FOREIGN KEY (user_id) REFERENCES users)`,
  `CREATE INDEX tokens_by_user ON tokens (user_id, created_at)`,
  `CREATE TABLE sessions (
     session_id uuid NOT NULL,
     user_id uuid NOT NULL,
     session_hash text NOT NULL,
     created_at timestamptz NOT NULL DEFAULT now(),
     expires_at timestamptz NOT NULL,
     last_used_at timestamptz NOT NULL DEFAULT now(),
     CONSTRAINT sessions_pk PRIMARY KEY (session_id),
     CONSTRAINT sessions_session_hash_unique UNIQUE (session_hash),
     CONSTRAINT sessions_user_fk FOREIGN KEY (user_id) REFERENCES users ON DELETE CASCADE)`,
  `CREATE INDEX sessions_by_user ON sessions (user_id, created_at)`,
  `CREATE INDEX sessions_by_expiry ON sessions (expires_at)`,
  `CREATE TABLE audit_events (
     id uuid NOT NULL,
     at timestamptz NOT NULL DEFAULT now(),
     actor text NOT NULL,
     actor_user_id uuid,
     action text NOT NULL,
     subject text NOT NULL,
     request_id text,
     client_address text,
     details jsonb NOT NULL,
     CONSTRAINT audit_events_pk PRIMARY KEY (id))`,
  `CREATE INDEX audit_events_by_subject ON audit_events (subject, at)`,
  `CREATE INDEX audit_events_by_actor ON audit_events (actor, at)`,
  // The role owns its tables, so that revoking rights from it would hold nobody: triggers refuse instead (W9).
  `CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS
   $$ BEGIN RAISE EXCEPTION 'the audit is append-only' USING ERRCODE = 'insufficient_privilege'; END $$`,
  `CREATE TRIGGER audit_events_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_events
     FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()`,
];

const down = [
  `DROP TABLE audit_events`,
  `DROP FUNCTION refuse_audit_change`,
  `DROP TABLE sessions`,
  `DROP TABLE tokens`,
  `DROP TABLE memberships`,
  `DROP TABLE organizations`,
  `DROP TABLE users`,
];
