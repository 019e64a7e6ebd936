import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which mappings gave a membership that follows groups, so that it ends with them and not with the next sign-in. */
export class RememberGroupMappingsFollowed1765401000202 implements MigrationInterface {
  readonly name = 'RememberGroupMappingsFollowed1765401000202';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE followed_memberships ADD mapping_ids uuid[] NOT NULL DEFAULT '{}'`);
    await queryRunner.query(
      `CREATE INDEX followed_memberships_by_organization ON followed_memberships (organization_id)`,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP INDEX followed_memberships_by_organization`);
    await queryRunner.query(`ALTER TABLE followed_memberships DROP mapping_ids`);
  }
}
