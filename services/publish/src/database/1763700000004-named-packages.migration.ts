import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Rows that belong to rows that exist, names that differ in more than case, and tags that know when they were wished for. */
export class NamedPackages1763700000004 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of up) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of down) await runner.query(statement);
  }
}

const up = [
  `ALTER TABLE packages ADD COLUMN name_key text`,
  `UPDATE packages SET name_key = lower(purl)`,
  `ALTER TABLE packages ALTER COLUMN name_key SET NOT NULL`,
  `ALTER TABLE packages ADD CONSTRAINT packages_name_key UNIQUE (repository_id, name_key)`,
  `ALTER TABLE packages ADD CONSTRAINT packages_repository_fkey FOREIGN KEY (repository_id) REFERENCES repositories`,
  `ALTER TABLE releases ADD CONSTRAINT releases_package_fkey FOREIGN KEY (package_id) REFERENCES packages`,
  `ALTER TABLE releases ADD CONSTRAINT releases_state_known CHECK (state IN
     ('staged', 'quarantined', 'published', 'held', 'rejected', 'yanked', 'deprecated', 'withdrawn'))`,
  `ALTER TABLE artifacts ADD CONSTRAINT artifacts_release_fkey FOREIGN KEY (release_id) REFERENCES releases`,
  `ALTER TABLE tags ADD COLUMN wished_at timestamptz`,
  `UPDATE tags SET wished_at = now()`,
  `ALTER TABLE tags ALTER COLUMN wished_at SET NOT NULL`,
  `ALTER TABLE tags ADD CONSTRAINT tags_package_fkey FOREIGN KEY (package_id) REFERENCES packages`,
];

const down = [
  `ALTER TABLE tags DROP CONSTRAINT tags_package_fkey, DROP COLUMN wished_at`,
  `ALTER TABLE artifacts DROP CONSTRAINT artifacts_release_fkey`,
  `ALTER TABLE releases DROP CONSTRAINT releases_state_known, DROP CONSTRAINT releases_package_fkey`,
  `ALTER TABLE packages DROP CONSTRAINT packages_repository_fkey, DROP COLUMN name_key`,
];
