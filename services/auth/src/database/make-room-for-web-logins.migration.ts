import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What decides which logins make room when there are too many: the network they come from, and who looked at them. */
export class MakeRoomForWebLogins1764200000003 implements MigrationInterface {
  readonly name = 'MakeRoomForWebLogins1764200000003';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE web_logins ADD COLUMN network text NOT NULL DEFAULT ''`);
    await queryRunner.query(`ALTER TABLE web_logins ADD COLUMN opened_by uuid`);
    await queryRunner.query(`ALTER TABLE web_logins ADD COLUMN opened_at timestamptz`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE web_logins DROP COLUMN opened_at`);
    await queryRunner.query(`ALTER TABLE web_logins DROP COLUMN opened_by`);
    await queryRunner.query(`ALTER TABLE web_logins DROP COLUMN network`);
  }
}
