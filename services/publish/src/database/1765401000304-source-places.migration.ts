import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Places as `placeOf` writes them: where the owner ends and the name begins is told by a colon. */
export class SourcePlaces1765401000304 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const table of ['source_links', 'source_repositories']) {
      await runner.query(`UPDATE ${table} SET place = lower(forge || ':' || host || '/' || owner || ':' || name)`);
    }
  }

  /** Errors: the unique constraint, where two places are one without the colon. */
  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['source_links', 'source_repositories']) {
      await runner.query(`UPDATE ${table} SET place = lower(forge || ':' || host || '/' || owner || '/' || name)`);
    }
  }
}
