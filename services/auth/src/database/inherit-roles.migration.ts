import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What people may do on packages because of their source repositories. */
export class InheritRoles1765401000311 implements MigrationInterface {
  readonly name = 'InheritRoles1765401000311';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`CREATE TABLE inherited_roles (
      repository_id uuid NOT NULL,
      package_purl text NOT NULL,
      user_id uuid NOT NULL,
      organization_id uuid NOT NULL,
      actions text[] NOT NULL,
      given_at timestamptz NOT NULL DEFAULT now(),
      CONSTRAINT inherited_roles_pk PRIMARY KEY (repository_id, package_purl, user_id),
      CONSTRAINT inherited_roles_user_fk FOREIGN KEY (user_id) REFERENCES users ON DELETE CASCADE,
      CONSTRAINT inherited_roles_organization_fk FOREIGN KEY (organization_id) REFERENCES organizations ON DELETE CASCADE)`);
    await queryRunner.query(`CREATE INDEX inherited_roles_by_user ON inherited_roles (user_id)`);
    await queryRunner.query(`CREATE INDEX inherited_roles_by_organization ON inherited_roles (organization_id)`);
    await queryRunner.query(`CREATE TABLE inheriting_packages (
      repository_id uuid NOT NULL,
      package_purl text NOT NULL,
      event_version integer NOT NULL,
      CONSTRAINT inheriting_packages_pk PRIMARY KEY (repository_id, package_purl))`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE inheriting_packages, inherited_roles`);
  }
}
