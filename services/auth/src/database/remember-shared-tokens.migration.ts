import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which tokens were of several organizations before those that took their part away left them to one. */
export class RememberSharedTokens1765502000003 implements MigrationInterface {
  readonly name = 'RememberSharedTokens1765502000003';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE tokens ADD COLUMN was_shared boolean NOT NULL DEFAULT false`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE tokens DROP COLUMN was_shared`);
  }
}
