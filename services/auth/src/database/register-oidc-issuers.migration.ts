import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Issuers of ID tokens besides those that everybody has (docs/adr/0052). */
export class RegisterOidcIssuers1765501000101 implements MigrationInterface {
  readonly name = 'RegisterOidcIssuers1765501000101';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`CREATE TABLE oidc_issuers (
      issuer_id uuid NOT NULL,
      url text NOT NULL,
      provider text NOT NULL,
      organization_id uuid,
      title text NOT NULL,
      jwks_uri text,
      algorithms text[] NOT NULL,
      allow_fixed_audience boolean NOT NULL DEFAULT false,
      enabled boolean NOT NULL DEFAULT true,
      version integer NOT NULL DEFAULT 1,
      created_at timestamptz NOT NULL DEFAULT now(),
      created_by uuid,
      CONSTRAINT oidc_issuers_pk PRIMARY KEY (issuer_id),
      CONSTRAINT oidc_issuers_organization_fk FOREIGN KEY (organization_id)
        REFERENCES organizations (organization_id) ON DELETE CASCADE,
      CONSTRAINT oidc_issuers_url_bounded CHECK (length(url) BETWEEN 1 AND 400),
      CONSTRAINT oidc_issuers_title_bounded CHECK (length(title) BETWEEN 1 AND 100),
      CONSTRAINT oidc_issuers_algorithms_some CHECK (cardinality(algorithms) BETWEEN 1 AND 9),
      CONSTRAINT oidc_issuers_keys_pinned_by_installation CHECK (jwks_uri IS NULL OR organization_id IS NULL))`);
    // Whoever verifies a token looks for all rows of its issuer.
    await queryRunner.query(`CREATE UNIQUE INDEX oidc_issuers_once ON oidc_issuers (url, organization_id)`);
    await queryRunner.query(
      `CREATE UNIQUE INDEX oidc_issuers_once_of_installation ON oidc_issuers (url) WHERE organization_id IS NULL`,
    );
    await queryRunner.query(`CREATE INDEX oidc_issuers_by_organization ON oidc_issuers (organization_id)`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE oidc_issuers`);
  }
}
