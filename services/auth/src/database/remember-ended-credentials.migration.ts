import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a sign-in that stops between two steps must still find when it goes on (security.md A11, W7). */
export class RememberEndedCredentials1765402000901 implements MigrationInterface {
  readonly name = 'RememberEndedCredentials1765402000901';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE users ADD credential_generation integer NOT NULL DEFAULT 0`);
    await queryRunner.query(`ALTER TABLE external_identities ADD signed_in_until timestamptz`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE external_identities DROP signed_in_until`);
    await queryRunner.query(`ALTER TABLE users DROP credential_generation`);
  }
}
