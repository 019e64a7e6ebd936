import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Service accounts, settings of organizations, and when the person behind a session last proved who they are. */
export class MakeRoomForOrganizations1765400000001 implements MigrationInterface {
  readonly name = 'MakeRoomForOrganizations1765400000001';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of up) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const statement of down) await queryRunner.query(statement);
  }
}

const up = [
  `ALTER TABLE users ADD COLUMN kind text NOT NULL DEFAULT 'person'`,
  `ALTER TABLE users ADD COLUMN organization_id uuid`,
  `ALTER TABLE users ALTER COLUMN password_hash DROP NOT NULL`,
  `ALTER TABLE users ADD CONSTRAINT users_kind_known
     CHECK ((kind = 'person') = (organization_id IS NULL) AND kind IN ('person', 'service'))`,
  `CREATE INDEX users_by_organization ON users (organization_id) WHERE organization_id IS NOT NULL`,
  `ALTER TABLE organizations ADD COLUMN base_permission text NOT NULL DEFAULT 'publish'`,
  `ALTER TABLE organizations ADD COLUMN two_factor_required boolean NOT NULL DEFAULT false`,
  `ALTER TABLE organizations ADD COLUMN private_members boolean NOT NULL DEFAULT false`,
  `ALTER TABLE organizations ADD COLUMN version integer NOT NULL DEFAULT 1`,
  `ALTER TABLE organizations ADD CONSTRAINT organizations_base_permission_known
     CHECK (base_permission IN ('none', 'read', 'publish'))`,
  `ALTER TABLE sessions ADD COLUMN proven_at timestamptz NOT NULL DEFAULT now()`,
  // A session from before was proven when it was opened.
  `UPDATE sessions SET proven_at = created_at`,
  `ALTER TABLE memberships DROP CONSTRAINT memberships_role_known`,
  `ALTER TABLE memberships ADD CONSTRAINT memberships_role_known
     CHECK (role IN ('owner', 'admin', 'member', 'auditor', 'reader'))`,
];

const down = [
  `UPDATE memberships SET role = 'reader' WHERE role = 'auditor'`,
  `ALTER TABLE memberships DROP CONSTRAINT memberships_role_known`,
  `ALTER TABLE memberships ADD CONSTRAINT memberships_role_known
     CHECK (role IN ('owner', 'admin', 'member', 'reader'))`,
  `ALTER TABLE sessions DROP COLUMN proven_at`,
  `ALTER TABLE organizations DROP CONSTRAINT organizations_base_permission_known`,
  `ALTER TABLE organizations DROP COLUMN version`,
  `ALTER TABLE organizations DROP COLUMN private_members`,
  `ALTER TABLE organizations DROP COLUMN two_factor_required`,
  `ALTER TABLE organizations DROP COLUMN base_permission`,
  `DROP INDEX users_by_organization`,
  `ALTER TABLE users DROP CONSTRAINT users_kind_known`,
  // What was before knows only persons with passwords.
  `DELETE FROM tokens WHERE user_id IN (SELECT user_id FROM users WHERE password_hash IS NULL)`,
  `DELETE FROM users WHERE password_hash IS NULL`,
  `ALTER TABLE users ALTER COLUMN password_hash SET NOT NULL`,
  `ALTER TABLE users DROP COLUMN organization_id`,
  `ALTER TABLE users DROP COLUMN kind`,
];
