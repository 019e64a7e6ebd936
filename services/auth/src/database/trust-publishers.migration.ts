import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Trusted publishers: whose tokens of which issuer may publish what (security.md T3, T11). */
export class TrustPublishers1765501000201 implements MigrationInterface {
  readonly name = 'TrustPublishers1765501000201';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`CREATE TABLE trusted_publishers (
      publisher_id uuid NOT NULL,
      organization_id uuid NOT NULL,
      provider text NOT NULL,
      issuer text NOT NULL,
      lookup_key text NOT NULL,
      rule jsonb NOT NULL,
      actions text[] NOT NULL,
      created_by text NOT NULL,
      created_by_user_id uuid,
      version integer NOT NULL DEFAULT 1,
      created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now(),
      first_used_at timestamptz,
      last_used_at timestamptz,
      ended_at timestamptz,
      CONSTRAINT trusted_publishers_pk PRIMARY KEY (publisher_id),
      CONSTRAINT trusted_publishers_actions_given CHECK (cardinality(actions) > 0))`);
    await queryRunner.query(`CREATE INDEX trusted_publishers_by_issuer ON trusted_publishers (issuer, lookup_key)
      WHERE ended_at IS NULL`);
    await queryRunner.query(`CREATE INDEX trusted_publishers_by_organization
      ON trusted_publishers (organization_id, publisher_id) WHERE ended_at IS NULL`);
    await queryRunner.query(
      `CREATE INDEX trusted_publishers_by_day ON trusted_publishers (organization_id, created_at)`,
    );
    await queryRunner.query(`CREATE TABLE trusted_publisher_targets (
      target_id uuid NOT NULL,
      publisher_id uuid NOT NULL,
      kind text NOT NULL,
      repository_id uuid,
      package_purl text,
      purl_prefix text,
      target text NOT NULL,
      pending boolean NOT NULL DEFAULT false,
      expires_at timestamptz,
      created_at timestamptz NOT NULL DEFAULT now(),
      CONSTRAINT trusted_publisher_targets_pk PRIMARY KEY (target_id),
      CONSTRAINT trusted_publisher_targets_publisher_fk FOREIGN KEY (publisher_id)
        REFERENCES trusted_publishers ON DELETE CASCADE,
      CONSTRAINT trusted_publisher_targets_repository_fk FOREIGN KEY (repository_id) REFERENCES known_repositories,
      CONSTRAINT trusted_publisher_targets_kind_known CHECK (kind IN ('package', 'pattern', 'repository')),
      CONSTRAINT trusted_publisher_targets_whole CHECK ((kind <> 'pattern') <= (repository_id IS NOT NULL)
        AND (kind = 'package') = (package_purl IS NOT NULL)
        AND (kind = 'pattern') = (purl_prefix IS NOT NULL)
        AND pending <= (kind = 'package')
        AND (expires_at IS NOT NULL) <= pending))`);
    await queryRunner.query(`CREATE UNIQUE INDEX trusted_publisher_targets_unique
      ON trusted_publisher_targets (publisher_id, target)`);
    await queryRunner.query(`CREATE INDEX trusted_publisher_targets_by_repository
      ON trusted_publisher_targets (repository_id, package_purl) WHERE repository_id IS NOT NULL`);
    await queryRunner.query(`CREATE INDEX trusted_publisher_targets_by_expiry
      ON trusted_publisher_targets (expires_at) WHERE expires_at IS NOT NULL`);
    // A pattern over an organization reaches all of its repositories.
    await queryRunner.query(`CREATE INDEX known_repositories_by_organization ON known_repositories (organization_id)`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP INDEX known_repositories_by_organization`);
    await queryRunner.query(`DROP TABLE trusted_publisher_targets, trusted_publishers`);
  }
}
