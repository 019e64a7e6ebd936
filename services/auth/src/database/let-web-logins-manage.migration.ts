import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A web login may be one for everything that its person may do. */
export class LetWebLoginsManage1765400000002 implements MigrationInterface {
  readonly name = 'LetWebLoginsManage1765400000002';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE web_logins ADD COLUMN wish text NOT NULL DEFAULT 'packages'`);
    await queryRunner.query(
      `ALTER TABLE web_logins ADD CONSTRAINT web_logins_wish_known CHECK (wish IN ('packages', 'management'))`,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    // What was before would confirm it as one for packages, under the same page.
    await queryRunner.query(`DELETE FROM web_logins WHERE wish = 'management'`);
    await queryRunner.query(`ALTER TABLE web_logins DROP COLUMN wish`);
  }
}
