import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Claims that an owner at a forge has proven. */
export class ForgeProofs1765401000401 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `ALTER TABLE namespaces ADD COLUMN forge text, ADD COLUMN forge_owner text, ADD COLUMN forge_owner_id text,
         ADD COLUMN forge_proven_at timestamptz`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      `ALTER TABLE namespaces DROP COLUMN forge, DROP COLUMN forge_owner, DROP COLUMN forge_owner_id,
         DROP COLUMN forge_proven_at`,
    );
  }
}
