import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A token that was handed out at a web login stays with it for a moment, sealed, for whoever did not get the answer. */
export class SealWebLoginTokens1764200000002 implements MigrationInterface {
  readonly name = 'SealWebLoginTokens1764200000002';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE web_logins ADD COLUMN token_id uuid`);
    await queryRunner.query(`ALTER TABLE web_logins ADD COLUMN sealed_token bytea`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    // What was before knows of no login that has been used: it would hand out a second token.
    await queryRunner.query(`DELETE FROM web_logins WHERE token_id IS NOT NULL`);
    await queryRunner.query(`ALTER TABLE web_logins DROP COLUMN sealed_token`);
    await queryRunner.query(`ALTER TABLE web_logins DROP COLUMN token_id`);
  }
}
