import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Repositories that are deleted and may come back. */
export class DeletedRepositories1765400000703 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE repositories ADD COLUMN deleted boolean NOT NULL DEFAULT false`);
    await runner.query(`ALTER TABLE repositories ALTER COLUMN deleted DROP DEFAULT`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DELETE FROM repositories WHERE deleted`);
    await runner.query(`ALTER TABLE repositories DROP COLUMN deleted`);
  }
}
