import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What speaks for a release. Bundles that came before they were verified are not shown as attestations any more; documents
 * with them are written again when they are next read, as if the installation had moved.
 */
export class ReleaseEvidence1765501000701 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE releases ADD COLUMN evidence jsonb`);
    await runner.query(`
      UPDATE packuments SET repository_url = ''
      WHERE (repository_id, purl) IN (
        SELECT repository_id, purl FROM releases WHERE jsonb_array_length(attestations) > 0)`);
    await runner.query(`UPDATE releases SET attestations = '[]' WHERE jsonb_array_length(attestations) > 0`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE releases DROP COLUMN evidence`);
  }
}
