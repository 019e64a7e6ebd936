import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What repositories ask of the way that releases come, what packages say otherwise, and what each release was compared with. */
export class ReleasePolicies1765501000401 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of up) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX releases_settled_idx, releases_trusted_idx');
    await runner.query('ALTER TABLE releases DROP COLUMN compared_with');
    await runner.query('ALTER TABLE packages DROP COLUMN trusted_publishing_only');
    await runner.query('DROP TABLE release_policies');
  }
}

const up = [
  `CREATE TABLE release_policies (
     repository_id uuid NOT NULL,
     rules jsonb NOT NULL,
     version integer NOT NULL,
     changed_by text NOT NULL,
     changed_at timestamptz NOT NULL,
     CONSTRAINT release_policies_pkey PRIMARY KEY (repository_id),
     CONSTRAINT release_policies_repository_fkey FOREIGN KEY (repository_id) REFERENCES repositories (repository_id)
       ON DELETE CASCADE)`,
  `ALTER TABLE packages ADD COLUMN trusted_publishing_only text,
     ADD CONSTRAINT packages_trusted_publishing_only_known
       CHECK (trusted_publishing_only = ANY (ARRAY['after-first'::text, 'always'::text, 'never'::text]))`,
  `ALTER TABLE releases ADD COLUMN compared_with uuid`,
  // The newest release of a package, and the newest of those from trusted publishers, are asked for with each submission.
  `CREATE INDEX releases_settled_idx ON releases (package_id, settled_at) WHERE NOT replaced AND settled_at IS NOT NULL`,
  `CREATE INDEX releases_trusted_idx ON releases (package_id, settled_at)
     WHERE NOT replaced AND settled_at IS NOT NULL AND trusted_publisher IS NOT NULL`,
];
