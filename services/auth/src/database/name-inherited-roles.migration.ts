import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What people inherit is listed with what they were given, by ids; who is not of the organization inherits nothing. */
export class NameInheritedRoles1765401000312 implements MigrationInterface {
  readonly name = 'NameInheritedRoles1765401000312';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DELETE FROM inherited_roles i WHERE NOT EXISTS (
      SELECT 1 FROM users u WHERE u.user_id = i.user_id AND (
        (u.kind = 'service' AND u.organization_id = i.organization_id) OR EXISTS (
          SELECT 1 FROM memberships m WHERE m.user_id = u.user_id AND m.organization_id = i.organization_id)))`);
    await queryRunner.query(`ALTER TABLE inherited_roles
      ADD COLUMN inherited_role_id uuid NOT NULL DEFAULT gen_random_uuid(),
      ADD CONSTRAINT inherited_roles_id_unique UNIQUE (inherited_role_id)`);
    await queryRunner.query(`ALTER TABLE inherited_roles ALTER COLUMN inherited_role_id DROP DEFAULT`);
    await queryRunner.query(`DROP INDEX inherited_roles_by_organization`);
    await queryRunner.query(
      `CREATE INDEX inherited_roles_by_organization ON inherited_roles (organization_id, inherited_role_id)`,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP INDEX inherited_roles_by_organization`);
    await queryRunner.query(`CREATE INDEX inherited_roles_by_organization ON inherited_roles (organization_id)`);
    await queryRunner.query(`ALTER TABLE inherited_roles DROP COLUMN inherited_role_id`);
  }
}
