import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Repositories that are archived, deleted, brought back and handed over; claims on names. */
export class RepositoryLife1765400000701 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of up) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of down) await runner.query(statement);
  }
}

const up = [
  `ALTER TABLE organizations
     ADD COLUMN deleted boolean NOT NULL DEFAULT false,
     ADD COLUMN aggregate_version integer NOT NULL DEFAULT 0,
     DROP CONSTRAINT organizations_name_key`,
  `ALTER TABLE organizations ALTER COLUMN deleted DROP DEFAULT, ALTER COLUMN aggregate_version DROP DEFAULT`,
  `CREATE UNIQUE INDEX organizations_name_key ON organizations (name) WHERE NOT deleted`,
  `ALTER TABLE repositories
     ADD COLUMN description text NOT NULL DEFAULT '',
     ADD COLUMN archived boolean NOT NULL DEFAULT false,
     ADD COLUMN created_at timestamptz NOT NULL DEFAULT now(),
     ADD COLUMN deleted_at timestamptz`,
  `ALTER TABLE repositories
     ALTER COLUMN description DROP DEFAULT,
     ALTER COLUMN archived DROP DEFAULT,
     ALTER COLUMN created_at DROP DEFAULT`,
  `CREATE INDEX repositories_deleted_idx ON repositories (deleted_at) WHERE deleted_at IS NOT NULL`,
  `CREATE TABLE namespaces (
     namespace_id uuid NOT NULL,
     organization_id uuid NOT NULL,
     ecosystem text NOT NULL,
     kind text NOT NULL,
     pattern text NOT NULL,
     match_key text NOT NULL,
     exact boolean NOT NULL,
     state text NOT NULL,
     domain text,
     challenge text NOT NULL,
     domain_proven_at timestamptz,
     last_checked_at timestamptz,
     verified_by text,
     verified_at timestamptz,
     claimed_by text NOT NULL,
     claimed_at timestamptz NOT NULL,
     version integer NOT NULL,
     CONSTRAINT namespaces_pkey PRIMARY KEY (namespace_id),
     CONSTRAINT namespaces_claim_key UNIQUE (organization_id, ecosystem, match_key, exact),
     CONSTRAINT namespaces_state_known CHECK (state = ANY (ARRAY['pending'::text, 'verified'::text])))`,
  `CREATE INDEX namespaces_match_idx ON namespaces (ecosystem, match_key)`,
  `CREATE TABLE transfers (
     transfer_id uuid NOT NULL,
     kind text NOT NULL,
     subject_id uuid NOT NULL,
     subject_name text NOT NULL,
     from_organization_id uuid NOT NULL,
     to_organization_id uuid,
     to_name text NOT NULL,
     state text NOT NULL,
     requested_by text NOT NULL,
     requested_at timestamptz NOT NULL,
     expires_at timestamptz NOT NULL,
     settled_by text,
     settled_at timestamptz,
     CONSTRAINT transfers_pkey PRIMARY KEY (transfer_id),
     CONSTRAINT transfers_kind_known CHECK (kind = ANY (ARRAY['repository'::text, 'namespace'::text])),
     CONSTRAINT transfers_state_known CHECK
       (state = ANY (ARRAY['pending'::text, 'accepted'::text, 'declined'::text, 'cancelled'::text, 'expired'::text])))`,
  `CREATE UNIQUE INDEX transfers_pending_key ON transfers (subject_id) WHERE state = 'pending'::text`,
  `CREATE INDEX transfers_from_idx ON transfers (from_organization_id, transfer_id)`,
  `CREATE INDEX transfers_to_idx ON transfers (to_organization_id, transfer_id)`,
];

const down = [
  `DROP TABLE transfers, namespaces`,
  `DROP INDEX repositories_deleted_idx`,
  `ALTER TABLE repositories
     DROP COLUMN deleted_at, DROP COLUMN created_at, DROP COLUMN archived, DROP COLUMN description`,
  `DROP INDEX organizations_name_key`,
  `DELETE FROM organizations WHERE deleted`,
  `ALTER TABLE organizations
     DROP COLUMN aggregate_version,
     DROP COLUMN deleted,
     ADD CONSTRAINT organizations_name_key UNIQUE (name)`,
];
