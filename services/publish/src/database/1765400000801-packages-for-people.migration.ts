import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What people say of packages, what a deletion took, where packages were moved, and what was made of findings. */
export class PackagesForPeople1765400000801 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of up) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of down) await runner.query(statement);
  }
}

const up = [
  `ALTER TABLE packages
     ADD COLUMN visibility text,
     ADD COLUMN archived boolean NOT NULL DEFAULT false,
     ADD COLUMN deleted_at timestamptz,
     ADD COLUMN version integer NOT NULL DEFAULT 1,
     ADD COLUMN changed_at timestamptz NOT NULL DEFAULT now(),
     ADD CONSTRAINT packages_visibility_known CHECK (visibility IN ('public', 'internal', 'private', 'unlisted'))`,
  `ALTER TABLE releases
     ADD COLUMN withdrawn_at timestamptz,
     ADD COLUMN withdrawn_from text,
     ADD COLUMN deletion_id uuid,
     ADD CONSTRAINT releases_withdrawn_from_known CHECK (withdrawn_from IN ('published', 'yanked', 'deprecated'))`,
  // When it was withdrawn was not written down: it may be restored for as long as if that were now.
  `UPDATE releases SET withdrawn_at = now(),
     withdrawn_from = CASE WHEN deprecation IS NULL THEN 'published' ELSE 'deprecated' END
   WHERE state = 'withdrawn'`,
  `CREATE INDEX releases_deletion_idx ON releases (deletion_id) WHERE deletion_id IS NOT NULL`,
  `CREATE TABLE package_deletions (
     deletion_id uuid NOT NULL,
     package_id uuid NOT NULL,
     deleted_at timestamptz NOT NULL,
     deleted_by text NOT NULL,
     tags jsonb NOT NULL,
     restored_at timestamptz,
     CONSTRAINT package_deletions_pkey PRIMARY KEY (deletion_id),
     CONSTRAINT package_deletions_package_fkey FOREIGN KEY (package_id) REFERENCES packages)`,
  `CREATE UNIQUE INDEX package_deletions_current_key ON package_deletions (package_id) WHERE restored_at IS NULL`,
  `CREATE TABLE package_moves (
     repository_id uuid NOT NULL,
     name_key text NOT NULL,
     aggregate_version integer NOT NULL,
     package_id uuid NOT NULL,
     moved_to uuid NOT NULL,
     moved_at timestamptz NOT NULL,
     CONSTRAINT package_moves_pkey PRIMARY KEY (repository_id, name_key, aggregate_version),
     CONSTRAINT package_moves_package_fkey FOREIGN KEY (package_id) REFERENCES packages)`,
  `CREATE TABLE source_links (
     package_id uuid NOT NULL,
     forge text NOT NULL,
     host text NOT NULL,
     owner text NOT NULL,
     name text NOT NULL,
     forge_owner_id text,
     forge_repository_id text,
     inherit_visibility boolean NOT NULL,
     inherit_roles boolean NOT NULL,
     linked_at timestamptz NOT NULL,
     CONSTRAINT source_links_pkey PRIMARY KEY (package_id),
     CONSTRAINT source_links_package_fkey FOREIGN KEY (package_id) REFERENCES packages,
     CONSTRAINT source_links_forge_known CHECK (forge IN ('github', 'gitlab', 'forgejo', 'other')))`,
  `CREATE TABLE finding_triages (
     release_id uuid NOT NULL,
     fingerprint text NOT NULL,
     state text NOT NULL,
     note text,
     changed_by text NOT NULL,
     changed_at timestamptz NOT NULL,
     version integer NOT NULL,
     CONSTRAINT finding_triages_pkey PRIMARY KEY (release_id, fingerprint),
     CONSTRAINT finding_triages_release_fkey FOREIGN KEY (release_id) REFERENCES releases,
     CONSTRAINT finding_triages_state_known CHECK (state IN ('open', 'accepted', 'false-positive', 'fixed')))`,
];

const down = [
  `DROP TABLE finding_triages, source_links, package_moves, package_deletions`,
  `ALTER TABLE releases DROP CONSTRAINT releases_withdrawn_from_known, DROP COLUMN deletion_id,
     DROP COLUMN withdrawn_from, DROP COLUMN withdrawn_at`,
  `ALTER TABLE packages DROP CONSTRAINT packages_visibility_known, DROP COLUMN changed_at, DROP COLUMN version,
     DROP COLUMN deleted_at, DROP COLUMN archived, DROP COLUMN visibility`,
];
