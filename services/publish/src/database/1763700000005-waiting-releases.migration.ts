import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Releases that wait, for a reviewer or for the scanner, are few among many: both are found by an index. */
export class WaitingReleases1763700000005 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE INDEX releases_waiting_idx ON releases (state, submitted_at, release_id)
        WHERE state IN ('held', 'quarantined')`,
    );
    await runner.query(`DROP INDEX releases_held_idx`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE INDEX releases_held_idx ON releases (submitted_at, release_id) WHERE state = 'held'`);
    await runner.query(`DROP INDEX releases_waiting_idx`);
  }
}
