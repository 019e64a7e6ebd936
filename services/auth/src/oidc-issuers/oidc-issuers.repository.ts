import { Injectable } from '@nestjs/common';
import type { OrganizationId } from '@waybill/domain';
import { DataSource, type EntityManager, IsNull } from 'typeorm';
import { OidcIssuerEntity, type OidcIssuerId } from './oidc-issuer.entity.js';

export type NewOidcIssuer = Omit<OidcIssuerEntity, 'createdAt' | 'version'>;
export type OidcIssuerChange = Partial<
  Pick<OidcIssuerEntity, 'title' | 'jwksUri' | 'algorithms' | 'allowFixedAudience' | 'enabled'>
>;

/** How many organizations are looked at that registered one URL. */
const maxRowsOfUrl = 1000;
const maxListed = 1000;

@Injectable()
export class OidcIssuersRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** All rows of a URL, oldest first; found by its index. */
  async withUrl(url: string, manager?: EntityManager): Promise<OidcIssuerEntity[]> {
    const rows = await this.#table(manager).find({
      where: { url },
      // The installation's row decides, so it is never cut off.
      order: { organizationId: { direction: 'ASC', nulls: 'FIRST' } },
      take: maxRowsOfUrl,
    });
    return rows.sort((one, other) => one.createdAt.getTime() - other.createdAt.getTime());
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
    await manager.query(`SELECT pg_advisory_xact_lock_shared(hashtextextended($1, 0))`, [`oidc issuer ${url}`]);
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
