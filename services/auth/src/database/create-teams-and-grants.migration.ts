import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Teams, grants on what an organization owns, and what organizations say of themselves. */
export class CreateTeamsAndGrants1765400000401 implements MigrationInterface {
  readonly name = 'CreateTeamsAndGrants1765400000401';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of up) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const statement of down) await queryRunner.query(statement);
  }
}

const up = [
  `ALTER TABLE users ADD COLUMN two_factor_enabled_at timestamptz`,
  `ALTER TABLE organizations ADD COLUMN display_name text`,
  `ALTER TABLE organizations ADD COLUMN description text`,
  `CREATE TABLE retired_organizations (
     name text NOT NULL,
     organization_id uuid NOT NULL,
     retired_at timestamptz NOT NULL DEFAULT now(),
     CONSTRAINT retired_organizations_pk PRIMARY KEY (name))`,
  `CREATE TABLE teams (
     team_id uuid NOT NULL,
     organization_id uuid NOT NULL,
     name text NOT NULL,
     display_name text,
     description text,
     secret boolean NOT NULL DEFAULT false,
     version integer NOT NULL DEFAULT 1,
     created_at timestamptz NOT NULL DEFAULT now(),
     CONSTRAINT teams_pk PRIMARY KEY (team_id),
     CONSTRAINT teams_name_unique UNIQUE (organization_id, name),
     CONSTRAINT teams_organization_fk FOREIGN KEY (organization_id) REFERENCES organizations ON DELETE CASCADE)`,
  `CREATE TABLE team_members (
     team_id uuid NOT NULL,
     user_id uuid NOT NULL,
     maintainer boolean NOT NULL DEFAULT false,
     created_at timestamptz NOT NULL DEFAULT now(),
     CONSTRAINT team_members_pk PRIMARY KEY (team_id, user_id),
     CONSTRAINT team_members_team_fk FOREIGN KEY (team_id) REFERENCES teams ON DELETE CASCADE,
     CONSTRAINT team_members_user_fk FOREIGN KEY (user_id) REFERENCES users ON DELETE CASCADE)`,
  `CREATE INDEX team_members_by_user ON team_members (user_id)`,
  `CREATE TABLE known_repositories (
     repository_id uuid NOT NULL,
     organization_id uuid NOT NULL,
     slug text NOT NULL,
     deleted boolean NOT NULL DEFAULT false,
     event_version integer NOT NULL DEFAULT 0,
     CONSTRAINT known_repositories_pk PRIMARY KEY (repository_id))`,
  `CREATE TABLE grants (
     grant_id uuid NOT NULL,
     organization_id uuid NOT NULL,
     team_id uuid,
     user_id uuid,
     kind text NOT NULL,
     repository_id uuid,
     package_purl text,
     purl_prefix text,
     target text NOT NULL,
     role text,
     actions text[] NOT NULL,
     granted_by text NOT NULL,
     version integer NOT NULL DEFAULT 1,
     created_at timestamptz NOT NULL DEFAULT now(),
     updated_at timestamptz NOT NULL DEFAULT now(),
     CONSTRAINT grants_pk PRIMARY KEY (grant_id),
     CONSTRAINT grants_organization_fk FOREIGN KEY (organization_id) REFERENCES organizations ON DELETE CASCADE,
     CONSTRAINT grants_team_fk FOREIGN KEY (team_id) REFERENCES teams ON DELETE CASCADE,
     CONSTRAINT grants_user_fk FOREIGN KEY (user_id) REFERENCES users ON DELETE CASCADE,
     CONSTRAINT grants_repository_fk FOREIGN KEY (repository_id) REFERENCES known_repositories,
     CONSTRAINT grants_one_subject CHECK ((team_id IS NULL) <> (user_id IS NULL)),
     CONSTRAINT grants_kind_known CHECK (kind IN ('organization', 'repository', 'package', 'pattern')),
     CONSTRAINT grants_whole_target CHECK (
       (kind IN ('repository', 'package')) <= (repository_id IS NOT NULL)
       AND (kind = 'organization') <= (repository_id IS NULL)
       AND (kind = 'package') = (package_purl IS NOT NULL)
       AND (kind = 'pattern') = (purl_prefix IS NOT NULL)),
     CONSTRAINT grants_role_known CHECK (role IN ('reader', 'publisher', 'maintainer', 'admin')))`,
  // One grant for each subject and resource; found by subject when somebody is looked up.
  `CREATE UNIQUE INDEX grants_of_team ON grants (team_id, target) WHERE team_id IS NOT NULL`,
  `CREATE UNIQUE INDEX grants_of_user ON grants (user_id, organization_id, target) WHERE user_id IS NOT NULL`,
  `CREATE INDEX grants_by_organization ON grants (organization_id, grant_id)`,
  `CREATE INDEX grants_by_repository ON grants (repository_id, package_purl) WHERE repository_id IS NOT NULL`,
];

const down = [
  `DROP TABLE grants`,
  `DROP TABLE known_repositories`,
  `DROP TABLE team_members`,
  `DROP TABLE teams`,
  `DROP TABLE retired_organizations`,
  `ALTER TABLE organizations DROP COLUMN description`,
  `ALTER TABLE organizations DROP COLUMN display_name`,
  `ALTER TABLE users DROP COLUMN two_factor_enabled_at`,
];
