import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Which projects something was published from through a publisher: a rule may be about many, and one that has proven to be about its own
 * proves nothing of the others. What was published before says nothing of that.
 */
export class RememberPublishedProjects1765502000002 implements MigrationInterface {
  readonly name = 'RememberPublishedProjects1765502000002';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      `ALTER TABLE trusted_publishers
         ADD COLUMN published_projects text[] NOT NULL DEFAULT '{}',
         ADD CONSTRAINT trusted_publishers_projects_bounded CHECK (cardinality(published_projects) <= 20)`,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE trusted_publishers DROP COLUMN published_projects`);
  }
}
