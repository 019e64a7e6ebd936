import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * How the wait for approvals of a release ended, and when it was approved, each in a column of its own. Until now the one was read from
 * the first reason, and the other one took the place of when it was submitted, which is in the event that said that it was staged.
 */
export class Staging1765502000201 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE releases
        ADD COLUMN staging text,
        ADD COLUMN approved_at timestamptz`);
    await runner.query(`
      UPDATE releases SET staging = CASE
          WHEN state = 'staged' THEN 'waiting'
          WHEN jsonb_array_length(approvals) > 0 THEN 'approved'
          WHEN reasons -> 0 ->> 'code' = 'staged.expired' THEN 'expired'
          ELSE 'rejected' END
        WHERE state = 'staged' OR jsonb_array_length(approvals) > 0
           OR reasons -> 0 ->> 'code' IN ('staged.expired', 'staged.rejected')`);
    await runner.query(`
      UPDATE releases SET approved_at = submitted_at,
             submitted_at = coalesce(
               (SELECT min((envelope -> 'data' ->> 'submittedAt')::timestamptz) FROM outbox
                 WHERE type = 'publish.release.staged.v1' AND envelope -> 'data' ->> 'releaseId' = release_id::text),
               least(submitted_at, (approvals -> 0 ->> 'at')::timestamptz))
       WHERE staging = 'approved'`);
    await runner.query(`
      ALTER TABLE releases
        ADD CONSTRAINT releases_staging_known CHECK (staging IN ('waiting', 'approved', 'rejected', 'expired')),
        ADD CONSTRAINT releases_staging_state_known CHECK ((state = 'staged') = (staging IS NOT DISTINCT FROM 'waiting')),
        ADD CONSTRAINT releases_approved_at_known
          CHECK ((staging IS NOT DISTINCT FROM 'approved') = (approved_at IS NOT NULL))`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('UPDATE releases SET submitted_at = approved_at WHERE approved_at IS NOT NULL');
    await runner.query(`
      ALTER TABLE releases
        DROP CONSTRAINT releases_staging_known,
        DROP CONSTRAINT releases_staging_state_known,
        DROP CONSTRAINT releases_approved_at_known,
        DROP COLUMN staging,
        DROP COLUMN approved_at`);
  }
}
