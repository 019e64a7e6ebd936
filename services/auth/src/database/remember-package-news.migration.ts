import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which news about a package was heard, so that late news does not end what was given after it. */
export class RememberPackageNews1765401000101 implements MigrationInterface {
  readonly name = 'RememberPackageNews1765401000101';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`CREATE TABLE known_packages (
      repository_id uuid NOT NULL,
      package_purl text NOT NULL,
      event_version integer NOT NULL,
      heard_at timestamptz NOT NULL,
      ended_version integer NOT NULL DEFAULT 0,
      CONSTRAINT known_packages_pk PRIMARY KEY (repository_id, package_purl))`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE known_packages`);
  }
}
