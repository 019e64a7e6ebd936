import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who signs in through another system, and what groups there give here. */
export class CreateExternalIdentities1765400000901 implements MigrationInterface {
  readonly name = 'CreateExternalIdentities1765400000901';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of up) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const table of ['followed_memberships', 'group_mappings', 'external_identities']) {
      await queryRunner.query(`DROP TABLE ${table}`);
    }
  }
}

const up = [
  `CREATE TABLE external_identities (
     provider text NOT NULL,
     subject text NOT NULL,
     user_id uuid NOT NULL,
     created_at timestamptz NOT NULL DEFAULT now(),
     last_seen_at timestamptz NOT NULL DEFAULT now(),
     CONSTRAINT external_identities_pk PRIMARY KEY (provider, subject),
     CONSTRAINT external_identities_user_unique UNIQUE (user_id, provider),
     CONSTRAINT external_identities_user_fk FOREIGN KEY (user_id) REFERENCES users ON DELETE CASCADE,
     CONSTRAINT external_identities_provider_known CHECK (provider IN ('oidc', 'ldap')))`,
  `CREATE TABLE group_mappings (
     group_mapping_id uuid NOT NULL,
     organization_id uuid NOT NULL,
     provider text NOT NULL,
     group_name text NOT NULL,
     role text NOT NULL,
     team_id uuid,
     created_at timestamptz NOT NULL DEFAULT now(),
     CONSTRAINT group_mappings_pk PRIMARY KEY (group_mapping_id),
     CONSTRAINT group_mappings_once UNIQUE NULLS NOT DISTINCT (organization_id, provider, group_name, team_id),
     CONSTRAINT group_mappings_organization_fk FOREIGN KEY (organization_id) REFERENCES organizations ON DELETE CASCADE,
     CONSTRAINT group_mappings_team_fk FOREIGN KEY (team_id) REFERENCES teams ON DELETE CASCADE,
     CONSTRAINT group_mappings_provider_known CHECK (provider IN ('oidc', 'ldap')),
     CONSTRAINT group_mappings_role_known CHECK (role IN ('admin', 'member', 'auditor', 'reader')))`,
  `CREATE INDEX group_mappings_by_group ON group_mappings (provider, group_name)`,
  `CREATE TABLE followed_memberships (
     user_id uuid NOT NULL,
     organization_id uuid NOT NULL,
     provider text NOT NULL,
     team_ids uuid[] NOT NULL,
     made_member boolean NOT NULL,
     CONSTRAINT followed_memberships_pk PRIMARY KEY (user_id, organization_id, provider),
     CONSTRAINT followed_memberships_user_fk FOREIGN KEY (user_id) REFERENCES users ON DELETE CASCADE,
     CONSTRAINT followed_memberships_organization_fk FOREIGN KEY (organization_id) REFERENCES organizations ON DELETE CASCADE)`,
];
