import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Keys of before have none until the service signs one for each, with the key before it. */
export class EndorsedKeys1765402000110 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE audit_keys ADD endorsement text`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE audit_keys DROP endorsement`);
  }
}
