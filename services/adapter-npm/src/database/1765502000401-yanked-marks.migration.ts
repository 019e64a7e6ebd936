import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What is said of releases, as all read models have it; nothing yanks here. */
export class YankedMarks1765502000401 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE release_marks
        ADD COLUMN yanked boolean NOT NULL DEFAULT false, ADD COLUMN yanked_at integer NOT NULL DEFAULT 0`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE release_marks DROP COLUMN yanked, DROP COLUMN yanked_at`);
  }
}
