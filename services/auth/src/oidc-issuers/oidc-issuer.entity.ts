import type { OrganizationId, UserId } from '@waybill/domain';
import type { ProviderName, SigningAlgorithm } from '@waybill/trusted-publishing';
import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { OrganizationEntity } from '../organizations/organization.entity.js';

export type OidcIssuerId = string & { readonly __brand: 'OidcIssuerId' };

/**
 * An issuer of ID tokens that somebody registered: for everybody, or for the publishers of one organization. Public issuers of
 * the providers need no row; one of the installation says how they are treated here.
 */
@Entity('oidc_issuers')
@Index('oidc_issuers_once', ['url', 'organizationId'], { unique: true })
@Index('oidc_issuers_once_of_installation', ['url'], { unique: true, where: 'organization_id IS NULL' })
@Index('oidc_issuers_by_organization', ['organizationId'])
@Check('oidc_issuers_url_bounded', 'length(url) BETWEEN 1 AND 400')
@Check('oidc_issuers_title_bounded', 'length(title) BETWEEN 1 AND 100')
@Check('oidc_issuers_algorithms_some', 'cardinality(algorithms) BETWEEN 1 AND 9')
@Check('oidc_issuers_keys_pinned_by_installation', 'jwks_uri IS NULL OR organization_id IS NULL')
export class OidcIssuerEntity {
  @PrimaryColumn({ type: 'uuid', name: 'issuer_id', primaryKeyConstraintName: 'oidc_issuers_pk' })
  issuerId!: OidcIssuerId;

  /** `iss` of its tokens, letter by letter. */
  @Column({ type: 'text' })
  url!: string;

  @Column({ type: 'text' })
  provider!: ProviderName;

  /** Null: the installation's. */
  @Column({ type: 'uuid', name: 'organization_id', nullable: true })
  @ForeignKey(() => OrganizationEntity, { name: 'oidc_issuers_organization_fk', onDelete: 'CASCADE' })
  organizationId!: OrganizationId | null;

  /** What people call it. */
  @Column({ type: 'text' })
  title!: string;

  /** Where its keys are, whatever it says itself. Null: it says so, at its own origin. */
  @Column({ type: 'text', name: 'jwks_uri', nullable: true })
  jwksUri!: string | null;

  /** What it signs with; nothing else is taken (security.md T5). */
  @Column({ type: 'text', array: true })
  algorithms!: SigningAlgorithm[];

  /** Whether tokens with the one audience are taken that all relying parties of its provider get (pitfall 10). */
  @Column({ type: 'boolean', name: 'allow_fixed_audience', default: false })
  allowFixedAudience!: boolean;

  @Column({ type: 'boolean', default: true })
  enabled!: boolean;

  @Column({ type: 'integer', default: 1 })
  version!: number;

  @Column({ type: 'timestamptz', name: 'created_at', default: () => 'now()' })
  createdAt!: Date;

  @Column({ type: 'uuid', name: 'created_by', nullable: true })
  createdBy!: UserId | null;
}
