import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a release is compared with besides the newest one: what people approved, what had provenance, and what is on its way. */
export class ComparedReleases1765502000301 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE INDEX releases_approved_idx ON releases (package_id, settled_at)
        WHERE NOT replaced AND settled_at IS NOT NULL AND approvals <> '[]'`);
    await runner.query(`
      CREATE INDEX releases_proven_idx ON releases (package_id, settled_at)
        WHERE NOT replaced AND settled_at IS NOT NULL AND provenance IS NOT NULL`);
    await runner.query(`
      CREATE INDEX releases_vouched_idx ON releases (package_id, submitted_at)
        WHERE state IN ('staged', 'quarantined', 'held') AND (trusted_publisher IS NOT NULL OR approvals <> '[]')`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX releases_approved_idx, releases_proven_idx, releases_vouched_idx');
  }
}
