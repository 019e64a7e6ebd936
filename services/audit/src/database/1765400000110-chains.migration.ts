import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Chains1765400000110 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of up) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of down) await runner.query(statement);
  }
}

const up = [
  `CREATE TABLE organizations (
     organization_id uuid NOT NULL,
     name text NOT NULL,
     deleted boolean NOT NULL DEFAULT false,
     aggregate_version bigint NOT NULL,
     CONSTRAINT organizations_pkey PRIMARY KEY (organization_id))`,
  `CREATE INDEX organizations_by_name ON organizations (name) WHERE NOT deleted`,
  `CREATE TABLE chains (
     chain text NOT NULL,
     size bigint NOT NULL DEFAULT 0,
     head text NOT NULL,
     frontier bytea NOT NULL,
     checkpointed_size bigint NOT NULL DEFAULT 0,
     checkpointed_at timestamptz NOT NULL DEFAULT now(),
     CONSTRAINT chains_pkey PRIMARY KEY (chain))`,
  `CREATE TABLE chain_entries (
     chain text NOT NULL,
     position bigint NOT NULL,
     source text NOT NULL,
     event_id uuid NOT NULL,
     at timestamptz NOT NULL,
     actor text NOT NULL,
     actor_user_id uuid,
     action text NOT NULL,
     subject text NOT NULL,
     outcome text NOT NULL,
     previous text NOT NULL,
     leaf_hash text NOT NULL,
     event text NOT NULL,
     private text,
     recorded_at timestamptz NOT NULL DEFAULT now(),
     CONSTRAINT chain_entries_pkey PRIMARY KEY (chain, position),
     CONSTRAINT chain_entries_event_key UNIQUE (source, event_id))`,
  `CREATE INDEX chain_entries_by_time ON chain_entries (chain, at, position)`,
  `CREATE INDEX chain_entries_by_actor ON chain_entries (chain, actor, position)`,
  `CREATE INDEX chain_entries_by_person ON chain_entries (chain, actor_user_id, position) WHERE actor_user_id IS NOT NULL`,
  `CREATE INDEX chain_entries_by_action ON chain_entries (chain, action, position)`,
  `CREATE INDEX chain_entries_by_subject ON chain_entries (chain, subject, position)`,
  `CREATE INDEX chain_entries_with_details ON chain_entries (recorded_at) WHERE private IS NOT NULL`,
  `CREATE TABLE checkpoints (
     chain text NOT NULL,
     size bigint NOT NULL,
     root_hash text NOT NULL,
     at timestamptz NOT NULL,
     key_name text NOT NULL,
     note text NOT NULL,
     CONSTRAINT checkpoints_pkey PRIMARY KEY (chain, size))`,
  `CREATE TABLE audit_keys (
     name text NOT NULL,
     algorithm text NOT NULL,
     public_key text NOT NULL,
     sealed_private_key bytea NOT NULL,
     created_at timestamptz NOT NULL,
     retired_at timestamptz,
     CONSTRAINT audit_keys_pkey PRIMARY KEY (name))`,
  `CREATE UNIQUE INDEX audit_keys_current_key ON audit_keys (algorithm) WHERE retired_at IS NULL`,
  // The role owns its tables, so that revoking rights from it would hold nobody: triggers refuse instead (W9).
  `CREATE FUNCTION refuse_chain_change() RETURNS trigger LANGUAGE plpgsql AS
   $$ BEGIN RAISE EXCEPTION 'the audit is append-only' USING ERRCODE = 'insufficient_privilege'; END $$`,
  // What retention takes, and nothing else, and not within a month, whatever the settings say.
  `CREATE FUNCTION refuse_entry_change() RETURNS trigger LANGUAGE plpgsql AS
   $$ BEGIN
     IF OLD.private IS NOT NULL AND NEW.private IS NULL AND OLD.recorded_at < now() - interval '29 days' AND
        (OLD.chain, OLD.position, OLD.source, OLD.event_id, OLD.at, OLD.actor, OLD.actor_user_id, OLD.action, OLD.subject,
         OLD.outcome, OLD.previous, OLD.leaf_hash, OLD.event, OLD.recorded_at) IS NOT DISTINCT FROM
        (NEW.chain, NEW.position, NEW.source, NEW.event_id, NEW.at, NEW.actor, NEW.actor_user_id, NEW.action, NEW.subject,
         NEW.outcome, NEW.previous, NEW.leaf_hash, NEW.event, NEW.recorded_at)
     THEN RETURN NEW; END IF;
     RAISE EXCEPTION 'the audit is append-only' USING ERRCODE = 'insufficient_privilege';
   END $$`,
  `CREATE TRIGGER chain_entries_only_lose_details BEFORE UPDATE ON chain_entries
     FOR EACH ROW EXECUTE FUNCTION refuse_entry_change()`,
  `CREATE TRIGGER chain_entries_append_only BEFORE DELETE OR TRUNCATE ON chain_entries
     FOR EACH STATEMENT EXECUTE FUNCTION refuse_chain_change()`,
  `CREATE TRIGGER checkpoints_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON checkpoints
     FOR EACH STATEMENT EXECUTE FUNCTION refuse_chain_change()`,
];

const down = [
  `DROP TABLE audit_keys, checkpoints, chain_entries, chains, organizations`,
  `DROP FUNCTION refuse_entry_change`,
  `DROP FUNCTION refuse_chain_change`,
];
