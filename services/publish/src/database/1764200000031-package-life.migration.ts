import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a package's life after its publish needs: deprecations, batches, removed tags, and what clients saw change last. */
export class PackageLife1764200000031 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of up) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of down) await runner.query(statement);
  }
}

const up = [
  `ALTER TABLE packages ADD COLUMN visible_version integer NOT NULL DEFAULT 0`,
  `UPDATE packages SET visible_version = aggregate_version`,
  `ALTER TABLE packages ALTER COLUMN visible_version DROP DEFAULT`,
  `ALTER TABLE releases
     ADD COLUMN published_by_user uuid,
     ADD COLUMN summary jsonb NOT NULL DEFAULT '{}',
     ADD COLUMN deprecation text,
     ADD COLUMN batch_id uuid,
     ADD COLUMN own_decision jsonb`,
  `ALTER TABLE releases ALTER COLUMN summary DROP DEFAULT`,
  `CREATE INDEX releases_batch_idx ON releases (batch_id) WHERE batch_id IS NOT NULL`,
  `ALTER TABLE tags ALTER COLUMN version DROP NOT NULL`,
];

const down = [
  `DELETE FROM tags WHERE version IS NULL`,
  `ALTER TABLE tags ALTER COLUMN version SET NOT NULL`,
  `DROP INDEX releases_batch_idx`,
  `ALTER TABLE releases DROP COLUMN own_decision, DROP COLUMN batch_id, DROP COLUMN deprecation, DROP COLUMN summary, DROP COLUMN published_by_user`,
  `ALTER TABLE packages DROP COLUMN visible_version`,
];
