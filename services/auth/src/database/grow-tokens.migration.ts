import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Tokens of services and repositories, tokens made from tokens, where tokens are used, and what organizations ask of them. */
export class GrowTokens1765400000601 implements MigrationInterface {
  readonly name = 'GrowTokens1765400000601';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of up) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const statement of down) await queryRunner.query(statement);
  }
}

const up = [
  `ALTER TABLE tokens
     ADD COLUMN kind text NOT NULL DEFAULT 'personal',
     ADD COLUMN parent_id uuid,
     ADD COLUMN root_id uuid,
     ADD COLUMN created_with_id uuid,
     ADD COLUMN created_by uuid,
     ADD COLUMN ceilings jsonb NOT NULL DEFAULT '[]',
     ADD COLUMN version integer NOT NULL DEFAULT 1,
     ADD COLUMN last_used_address text,
     ADD COLUMN last_used_client text,
     ADD COLUMN warned_days smallint,
     ADD CONSTRAINT tokens_kind_known CHECK (kind IN ('personal', 'service', 'deploy')),
     ADD CONSTRAINT tokens_lineage_whole
       CHECK ((parent_id IS NULL) = (root_id IS NULL) AND (parent_id IS NULL) = (ceilings = '[]'::jsonb)),
     ADD CONSTRAINT tokens_parent_fk FOREIGN KEY (parent_id) REFERENCES tokens (token_id) ON DELETE CASCADE`,
  `CREATE INDEX tokens_by_parent ON tokens (parent_id) WHERE parent_id IS NOT NULL`,
  `CREATE INDEX tokens_by_root ON tokens (root_id) WHERE root_id IS NOT NULL`,
  `CREATE INDEX tokens_by_creating_token ON tokens (created_with_id) WHERE created_with_id IS NOT NULL`,
  `CREATE INDEX tokens_by_expiry ON tokens (expires_at) WHERE revoked_at IS NULL`,
  `CREATE TABLE token_uses (
     token_id uuid NOT NULL,
     address text NOT NULL,
     client text NOT NULL,
     first_used_at timestamptz NOT NULL DEFAULT now(),
     last_used_at timestamptz NOT NULL DEFAULT now(),
     CONSTRAINT token_uses_pk PRIMARY KEY (token_id, address, client),
     CONSTRAINT token_uses_token_fk FOREIGN KEY (token_id) REFERENCES tokens ON DELETE CASCADE)`,
  `CREATE INDEX token_uses_by_age ON token_uses (token_id, last_used_at)`,
  `CREATE TABLE token_policies (
     organization_id uuid NOT NULL,
     max_token_days integer,
     version integer NOT NULL DEFAULT 1,
     updated_at timestamptz NOT NULL DEFAULT now(),
     CONSTRAINT token_policies_pk PRIMARY KEY (organization_id),
     CONSTRAINT token_policies_days_sensible CHECK (max_token_days BETWEEN 1 AND 3650),
     CONSTRAINT token_policies_organization_fk
       FOREIGN KEY (organization_id) REFERENCES organizations ON DELETE CASCADE)`,
  `CREATE TABLE service_accounts (
     user_id uuid NOT NULL,
     organization_id uuid NOT NULL,
     name text NOT NULL,
     description text NOT NULL DEFAULT '',
     created_by uuid,
     created_at timestamptz NOT NULL DEFAULT now(),
     deleted_at timestamptz,
     version integer NOT NULL DEFAULT 1,
     CONSTRAINT service_accounts_pk PRIMARY KEY (user_id),
     CONSTRAINT service_accounts_name_unique UNIQUE (organization_id, name),
     CONSTRAINT service_accounts_user_fk FOREIGN KEY (user_id) REFERENCES users)`,
  `CREATE TABLE deploy_accounts (
     repository_id uuid NOT NULL,
     organization_id uuid NOT NULL,
     user_id uuid NOT NULL,
     CONSTRAINT deploy_accounts_pk PRIMARY KEY (repository_id, organization_id),
     CONSTRAINT deploy_accounts_user_unique UNIQUE (user_id),
     CONSTRAINT deploy_accounts_user_fk FOREIGN KEY (user_id) REFERENCES users)`,
];

const down = [
  `DROP TABLE deploy_accounts`,
  `DROP TABLE service_accounts`,
  `DROP TABLE token_policies`,
  `DROP TABLE token_uses`,
  // What was before knows no ceilings: a token made from a token would do more there than here.
  `DELETE FROM tokens WHERE parent_id IS NOT NULL`,
  `UPDATE tokens SET revoked_at = coalesce(revoked_at, now()) WHERE kind <> 'personal'`,
  `DROP INDEX tokens_by_expiry`,
  `DROP INDEX tokens_by_creating_token`,
  `DROP INDEX tokens_by_root`,
  `DROP INDEX tokens_by_parent`,
  `ALTER TABLE tokens
     DROP CONSTRAINT tokens_parent_fk,
     DROP CONSTRAINT tokens_lineage_whole,
     DROP CONSTRAINT tokens_kind_known,
     DROP COLUMN warned_days,
     DROP COLUMN last_used_client,
     DROP COLUMN last_used_address,
     DROP COLUMN version,
     DROP COLUMN ceilings,
     DROP COLUMN created_by,
     DROP COLUMN created_with_id,
     DROP COLUMN root_id,
     DROP COLUMN parent_id,
     DROP COLUMN kind`,
];
