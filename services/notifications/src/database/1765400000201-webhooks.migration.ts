import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What names mean, webhooks with their secrets, and what is delivered to them. */
export class Webhooks1765400000201 implements MigrationInterface {
  readonly name = 'Webhooks1765400000201';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of up) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of tables) await runner.query(`DROP TABLE ${table}`);
  }
}

const tables = [
  'delivery_attempts',
  'deliveries',
  'circuits',
  'signing_secrets',
  'webhooks',
  'rebuilds',
  'repositories',
  'organizations',
];

const up = [
  `CREATE TABLE organizations (
     organization_id uuid NOT NULL,
     name text NOT NULL,
     deleted boolean NOT NULL,
     aggregate_version integer NOT NULL,
     CONSTRAINT organizations_pkey PRIMARY KEY (organization_id))`,
  `CREATE INDEX organizations_by_name ON organizations (name)`,
  `CREATE TABLE repositories (
     repository_id uuid NOT NULL,
     organization_id uuid NOT NULL,
     slug text NOT NULL,
     visibility text NOT NULL,
     deleted boolean NOT NULL,
     aggregate_version integer NOT NULL,
     CONSTRAINT repositories_pkey PRIMARY KEY (repository_id))`,
  `CREATE INDEX repositories_by_slug ON repositories (slug)`,
  `CREATE TABLE rebuilds (
     finished_at timestamptz NOT NULL,
     CONSTRAINT rebuilds_pkey PRIMARY KEY (finished_at))`,
  `CREATE TABLE webhooks (
     webhook_id uuid NOT NULL,
     organization_id uuid NOT NULL,
     repository_id uuid,
     url text NOT NULL,
     description text NOT NULL,
     event_types text[] NOT NULL,
     active boolean NOT NULL,
     created_by text NOT NULL,
     created_at timestamptz NOT NULL,
     updated_at timestamptz NOT NULL,
     version integer NOT NULL,
     CONSTRAINT webhooks_pkey PRIMARY KEY (webhook_id))`,
  `CREATE INDEX webhooks_by_organization ON webhooks (organization_id, created_at, webhook_id)`,
  `CREATE INDEX webhooks_by_repository ON webhooks (repository_id)`,
  `CREATE TABLE signing_secrets (
     secret_id uuid NOT NULL,
     webhook_id uuid NOT NULL,
     sealed bytea NOT NULL,
     created_at timestamptz NOT NULL,
     expires_at timestamptz,
     CONSTRAINT signing_secrets_pkey PRIMARY KEY (secret_id),
     CONSTRAINT signing_secrets_webhook_fkey FOREIGN KEY (webhook_id) REFERENCES webhooks ON DELETE CASCADE)`,
  `CREATE INDEX signing_secrets_by_webhook ON signing_secrets (webhook_id)`,
  `CREATE TABLE circuits (
     webhook_id uuid NOT NULL,
     failures integer NOT NULL DEFAULT 0,
     open_until timestamptz,
     claimed_at timestamptz,
     CONSTRAINT circuits_pkey PRIMARY KEY (webhook_id),
     CONSTRAINT circuits_webhook_fkey FOREIGN KEY (webhook_id) REFERENCES webhooks ON DELETE CASCADE)`,
  `CREATE TABLE deliveries (
     delivery_id uuid NOT NULL,
     webhook_id uuid NOT NULL,
     event_id uuid NOT NULL,
     event_type text NOT NULL,
     body text NOT NULL,
     state text NOT NULL,
     dead_because text,
     attempts integer NOT NULL DEFAULT 0,
     tries integer NOT NULL DEFAULT 0,
     created_at timestamptz NOT NULL,
     pending_since timestamptz NOT NULL,
     due_at timestamptz NOT NULL,
     lease uuid,
     leased_until timestamptz,
     settled_at timestamptz,
     CONSTRAINT deliveries_pkey PRIMARY KEY (delivery_id),
     CONSTRAINT deliveries_once UNIQUE (webhook_id, event_id),
     CONSTRAINT deliveries_state_known CHECK (state = ANY (ARRAY['pending'::text, 'delivered'::text, 'dead'::text])),
     CONSTRAINT deliveries_webhook_fkey FOREIGN KEY (webhook_id) REFERENCES webhooks ON DELETE CASCADE)`,
  `CREATE INDEX deliveries_due ON deliveries (webhook_id, due_at) WHERE state = 'pending'`,
  `CREATE INDEX deliveries_waiting ON deliveries (pending_since) WHERE state = 'pending'`,
  `CREATE INDEX deliveries_by_webhook ON deliveries (webhook_id, created_at, delivery_id)`,
  `CREATE INDEX deliveries_by_age ON deliveries (created_at)`,
  `CREATE TABLE delivery_attempts (
     delivery_id uuid NOT NULL,
     number integer NOT NULL,
     at timestamptz NOT NULL,
     duration_ms integer NOT NULL,
     status integer,
     error text,
     answer text,
     CONSTRAINT delivery_attempts_pkey PRIMARY KEY (delivery_id, number),
     CONSTRAINT delivery_attempts_delivery_fkey FOREIGN KEY (delivery_id) REFERENCES deliveries ON DELETE CASCADE)`,
];
