import { Injectable } from '@nestjs/common';
import type { OrganizationId } from '@waybill/domain';
import type { StatementPart } from '@waybill/persistence';
import { DataSource, type EntityManager, IsNull } from 'typeorm';
import type { IssuerRegistration } from './known-issuer.rules.js';
import { OidcIssuerEntity, type OidcIssuerId } from './oidc-issuer.entity.js';

export type NewOidcIssuer = Omit<OidcIssuerEntity, 'createdAt' | 'version'>;
export type OidcIssuerChange = Partial<
  Pick<OidcIssuerEntity, 'title' | 'jwksUri' | 'algorithms' | 'allowFixedAudience' | 'enabled'>
>;

const maxListed = 1000;
/** What of a registration decides how tokens are verified. */
const decisive = {
  issuerId: true,
  url: true,
  provider: true,
  organizationId: true,
  jwksUri: true,
  algorithms: true,
  allowFixedAudience: true,
  enabled: true,
} as const;

@Injectable()
export class OidcIssuersRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** How everybody registered a URL; no more than `maxRegistrationsOfUrl` and the installation. Found by its index. */
  registrations(url: string): Promise<IssuerRegistration[]> {
    return this.#table().find({ where: { url }, select: decisive });
  }

  /** What counts for this organization (null: for the installation): its own row of a URL, and the installation's. */
  seenBy(organizationId: OrganizationId | null, url: string, manager?: EntityManager): Promise<OidcIssuerEntity[]> {
    const common = { url, organizationId: IsNull() };
    const where = organizationId === null ? [common] : [common, { url, organizationId }];
    return this.#table(manager).find({ where });
  }

  /** How often a URL is registered. */
  countOf(manager: EntityManager, url: string): Promise<number> {
    return this.#table(manager).countBy({ url });
  }

  /** Those of an organization, or with null of the installation, by URL. */
  list(organizationId: OrganizationId | null): Promise<OidcIssuerEntity[]> {
    return this.#table().find({ where: placeOf(organizationId), order: { url: 'ASC' }, take: maxListed });
  }

  count(manager: EntityManager, organizationId: OrganizationId | null): Promise<number> {
    return this.#table(manager).countBy(placeOf(organizationId));
  }

  /** Only one of that organization, or with null of the installation (security.md A3). */
  async find(
    organizationId: OrganizationId | null,
    issuerId: OidcIssuerId,
    manager?: EntityManager,
  ): Promise<OidcIssuerEntity | undefined> {
    return (await this.#table(manager).findOneBy({ ...placeOf(organizationId), issuerId })) ?? undefined;
  }

  /**
   * Nobody else registers, changes or deletes an issuer of this URL until the transaction ends, and no token of it is exchanged
   * meanwhile. In the order of locks: after organizations, before publishers and tokens.
   */
  async lockUrl(manager: EntityManager, url: string): Promise<void> {
    await manager.query(`SELECT pg_advisory_xact_lock(hashtextextended($1, 0))`, [`oidc issuer ${url}`]);
  }

  /** The same for who relies on what is registered: many at a time, but none while it is changed. */
  async shareUrl(manager: EntityManager, url: string): Promise<void> {
    const { text, values } = this.sharePart(url);
    await manager.query(text, [...values]);
  }

  /** The same as a part of a larger statement, which has one row. What that reads may be older than the lock. */
  sharePart(url: string): StatementPart {
    return { text: 'SELECT pg_advisory_xact_lock_shared(hashtextextended($1, 0))', values: [`oidc issuer ${url}`] };
  }

  /** Only one registers for the installation at a time, so that they are counted. */
  async lockInstallation(manager: EntityManager): Promise<void> {
    await manager.query(`SELECT pg_advisory_xact_lock(hashtextextended('oidc issuers of the installation', 0))`);
  }

  async insert(manager: EntityManager, issuer: NewOidcIssuer): Promise<void> {
    await this.#table(manager).insert(issuer);
  }

  async change(manager: EntityManager, issuer: OidcIssuerEntity, changes: OidcIssuerChange): Promise<OidcIssuerEntity> {
    const version = issuer.version + 1;
    await this.#table(manager).update({ issuerId: issuer.issuerId }, { ...changes, version });
    return Object.assign(new OidcIssuerEntity(), issuer, changes, { version });
  }

  async remove(manager: EntityManager, issuerId: OidcIssuerId): Promise<void> {
    await this.#table(manager).delete({ issuerId });
  }

  #table(manager: EntityManager = this.dataSource.manager) {
    return manager.getRepository(OidcIssuerEntity);
  }
}

function placeOf(organizationId: OrganizationId | null) {
  return { organizationId: organizationId ?? IsNull() };
}
