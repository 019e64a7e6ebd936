import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which tokens stand for their person like a browser session (docs/adr/0042). Those from before end within a week anyway. */
export class RememberLoginsOfTheCommandLine1765401000601 implements MigrationInterface {
  readonly name = 'RememberLoginsOfTheCommandLine1765401000601';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE tokens ADD is_login boolean NOT NULL DEFAULT false`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE tokens DROP is_login`);
  }
}
