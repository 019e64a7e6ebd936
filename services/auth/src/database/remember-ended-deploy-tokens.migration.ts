import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Up to which news about a repository its deploy tokens have ended, so that none is made in between (security.md T11). */
export class RememberEndedDeployTokens1765401000201 implements MigrationInterface {
  readonly name = 'RememberEndedDeployTokens1765401000201';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE known_repositories ADD deploy_version integer NOT NULL DEFAULT 0`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE known_repositories DROP deploy_version`);
  }
}
