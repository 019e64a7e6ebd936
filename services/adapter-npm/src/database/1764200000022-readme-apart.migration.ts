import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Readmes are most of the bytes of a release and are read for one version in a thousand: they get a column of their own. */
export class ReadmeApart1764200000022 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE releases ADD COLUMN readme text`);
    await runner.query(
      `UPDATE releases SET readme = facts->>'readme', facts = facts - 'readme' WHERE facts ? 'readme'`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      `UPDATE releases SET facts = facts || jsonb_build_object('readme', readme) WHERE readme IS NOT NULL`,
    );
    await runner.query(`ALTER TABLE releases DROP COLUMN readme`);
  }
}
