import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Repositories, packages, releases, tags, the audit that only grows, and an outbox that nobody can rewrite. */
export class Registry1763700000001 implements MigrationInterface {
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
     CONSTRAINT organizations_pkey PRIMARY KEY (organization_id),
     CONSTRAINT organizations_name_key UNIQUE (name))`,
  `CREATE TABLE repositories (
     repository_id uuid NOT NULL,
     slug text NOT NULL,
     organization_id uuid NOT NULL,
     visibility text NOT NULL,
     kind text NOT NULL,
     aggregate_version integer NOT NULL,
     CONSTRAINT repositories_pkey PRIMARY KEY (repository_id),
     CONSTRAINT repositories_slug_key UNIQUE (slug))`,
  `CREATE INDEX repositories_organization_idx ON repositories (organization_id)`,
  `CREATE TABLE packages (
     package_id uuid NOT NULL,
     repository_id uuid NOT NULL,
     purl text NOT NULL,
     aggregate_version integer NOT NULL,
     CONSTRAINT packages_pkey PRIMARY KEY (package_id),
     CONSTRAINT packages_purl_key UNIQUE (repository_id, purl))`,
  `CREATE TABLE releases (
     release_id uuid NOT NULL,
     package_id uuid NOT NULL,
     purl text NOT NULL,
     version text NOT NULL,
     state text NOT NULL,
     replaced boolean NOT NULL,
     fingerprint text NOT NULL,
     metadata json NOT NULL,
     tags jsonb NOT NULL,
     published_by text NOT NULL,
     published_by_username text NOT NULL,
     request_id text NOT NULL,
     reasons jsonb NOT NULL,
     submitted_at timestamptz NOT NULL,
     settled_at timestamptz,
     CONSTRAINT releases_pkey PRIMARY KEY (release_id))`,
  `CREATE UNIQUE INDEX releases_current_key ON releases (package_id, version) WHERE NOT replaced`,
  `CREATE INDEX releases_held_idx ON releases (submitted_at, release_id) WHERE state = 'held'`,
  `CREATE TABLE artifacts (
     release_id uuid NOT NULL,
     filename text NOT NULL,
     role text NOT NULL,
     media_type text NOT NULL,
     size_bytes bigint NOT NULL,
     sha256 text NOT NULL,
     sha1 text,
     sha512 text,
     CONSTRAINT artifacts_pkey PRIMARY KEY (release_id, filename))`,
  `CREATE INDEX artifacts_sha256_idx ON artifacts (sha256)`,
  `CREATE TABLE tags (
     package_id uuid NOT NULL,
     tag text NOT NULL,
     version text NOT NULL,
     aggregate_version integer NOT NULL,
     CONSTRAINT tags_pkey PRIMARY KEY (package_id, tag))`,
  `CREATE TABLE audit_events (
     id uuid NOT NULL,
     at timestamptz NOT NULL,
     actor text NOT NULL,
     action text NOT NULL,
     subject text NOT NULL,
     request_id text,
     details jsonb NOT NULL,
     CONSTRAINT audit_events_pkey PRIMARY KEY (id))`,
  `CREATE INDEX audit_events_subject_idx ON audit_events (subject, at)`,
  // The role owns its tables, so that revoking rights from it would hold nobody: triggers refuse instead (W9).
  `CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS
   $$ BEGIN RAISE EXCEPTION 'the audit is append-only' USING ERRCODE = 'insufficient_privilege'; END $$`,
  `CREATE TRIGGER audit_events_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_events
     FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()`,
  `CREATE FUNCTION refuse_event_log_change() RETURNS trigger LANGUAGE plpgsql AS
   $$ BEGIN
     IF TG_OP = 'UPDATE' AND
        (OLD.position, OLD.event_id, OLD.type, OLD.aggregate, OLD.envelope::text, OLD.xact)
        IS NOT DISTINCT FROM (NEW.position, NEW.event_id, NEW.type, NEW.aggregate, NEW.envelope::text, NEW.xact)
     THEN RETURN NEW; END IF;
     RAISE EXCEPTION 'the event log only grows' USING ERRCODE = 'insufficient_privilege';
   END $$`,
  `CREATE TRIGGER outbox_only_grows BEFORE UPDATE OR DELETE ON outbox
     FOR EACH ROW EXECUTE FUNCTION refuse_event_log_change()`,
  `CREATE TRIGGER outbox_is_not_emptied BEFORE TRUNCATE ON outbox
     FOR EACH STATEMENT EXECUTE FUNCTION refuse_event_log_change()`,
];

const down = [
  `DROP TRIGGER outbox_is_not_emptied ON outbox`,
  `DROP TRIGGER outbox_only_grows ON outbox`,
  `DROP FUNCTION refuse_event_log_change`,
  `DROP TABLE audit_events`,
  `DROP FUNCTION refuse_audit_change`,
  `DROP TABLE tags, artifacts, releases, packages, repositories, organizations`,
];
