import { Injectable } from '@nestjs/common';
import type { AuditActor } from '@waybill/audit';
import { AuditTrail } from '@waybill/audit';
import type { OrganizationId } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import type { ProvenBy } from '@waybill/edge';
import type { EntityManager } from 'typeorm';
import { CredentialChanges } from '../credential-changes/credential-changes.js';
import { OrganizationsRepository } from '../organizations/organizations.repository.js';
import { PublisherTokens } from '../tokens/publisher-tokens.js';
import type { IssuerRegistration } from './known-issuer.rules.js';
import { builtInIssuers } from './known-issuer.rules.js';
import type { OidcIssuerEntity, OidcIssuerId } from './oidc-issuer.entity.js';
import type { OidcIssuerChangeWish, OidcIssuerWish } from './oidc-issuer.rules.js';
import { endsTokens, isForPerson, newOidcIssuer, oidcIssuerChange } from './oidc-issuer.rules.js';
import { OidcIssuerOutbound } from './oidc-issuer-outbound.js';
import { OidcIssuersRepository } from './oidc-issuers.repository.js';
import { OidcKeySets } from './oidc-key-sets.js';
import type { SeenIssuer } from './seen-issuers.js';
import { SeenIssuers } from './seen-issuers.js';

const maxIssuers = 500;
const maxIssuersPerOrganization = 50;
/** So that whoever verifies a token can look at all of them, and never at some. */
const maxRegistrationsOfUrl = 10_000;

/** Who changes whose issuers; null: the installation's. That they may was asked before. */
export interface IssuerPlace {
  readonly by: AuditActor;
  readonly organizationId: OrganizationId | null;
  /** That a person is there; asked after what else there is to refuse. */
  readonly prove: () => Promise<ProvenBy>;
}

/** Throws where the caller has read an older version. */
type RequireVersion = (version: number) => void;

/** Issuers that somebody registered. What was minted for tokens of one ends with it, and where they would not be good any more (T11). */
@Injectable()
export class OidcIssuers {
  constructor(
    private readonly issuers: OidcIssuersRepository,
    private readonly organizations: OrganizationsRepository,
    private readonly outbound: OidcIssuerOutbound,
    private readonly keySets: OidcKeySets,
    private readonly seen: SeenIssuers,
    private readonly tokens: PublisherTokens,
    private readonly audit: AuditTrail,
    private readonly changes: CredentialChanges,
  ) {}

  /** Those of an organization, by URL. */
  async list(organizationId: OrganizationId): Promise<SeenIssuer[]> {
    return this.seen.all(await this.issuers.list(organizationId));
  }

  /** Throws `not-found` for one of somebody else (security.md A3). */
  async view(organizationId: OrganizationId | null, id: OidcIssuerId): Promise<SeenIssuer> {
    return this.seen.one(await this.#require(organizationId, id));
  }

  /**
   * Throws `invalid` like `newOidcIssuer`, `conflict` `oidc-issuer.exists` | `oidc-issuer.installation-has` (organizations do not register
   * what everybody has) | `oidc-issuer.too-many` | `oidc-issuer.too-common`. What the installation registers counts instead of what
   * organizations did. The keys of an organization's are read before this answers, for at most as long as that takes (A6).
   */
  async create({ by, organizationId, prove }: IssuerPlace, wish: OidcIssuerWish): Promise<SeenIssuer> {
    const issuer = newOidcIssuer(wish, { organizationId, createdBy: by.userId ?? null }, this.outbound.policy);
    const { issuerId, url, provider, jwksUri, algorithms, allowFixedAudience, enabled } = issuer;
    const provenBy = await prove();
    await this.changes.run(async (manager) => {
      await this.#requireRoom(manager, organizationId);
      await this.issuers.lockUrl(manager, url);
      await this.#requireFree(manager, organizationId, url);
      await this.issuers.insert(manager, issuer);
      const details = { url, provider, jwksUri, algorithms, allowFixedAudience, enabled, provenBy };
      await this.#record(manager, by, { verb: 'create', issuer, details });
      // They were minted for what the issuer was before.
      if (organizationId === null) await this.#endTokens(manager, by, issuer);
    });
    if (enabled) await this.#readKeys(issuer);
    return this.view(organizationId, issuerId);
  }

  /** Throws `not-found`, `precondition-failed`, `invalid` like `newOidcIssuer`. What is so already changes nothing. */
  async change(
    { by, organizationId, prove }: IssuerPlace,
    id: OidcIssuerId,
    wish: OidcIssuerChangeWish,
    requireVersion: RequireVersion,
  ): Promise<SeenIssuer> {
    const found = await this.#require(organizationId, id);
    requireVersion(found.version);
    oidcIssuerChange(found, wish, this.outbound.policy);
    const provenBy = isForPerson(wish) ? await prove() : undefined;
    const changed = await this.changes.run(async (manager) => {
      await this.issuers.lockUrl(manager, found.url);
      const issuer = await this.#require(organizationId, id, manager);
      requireVersion(issuer.version);
      const changes = oidcIssuerChange(issuer, wish, this.outbound.policy);
      if (Object.keys(changes).length === 0) return issuer;
      const before: unknown = Object.fromEntries(Object.entries(issuer).filter(([name]) => name in changes));
      const details = { url: issuer.url, before, after: changes, ...(provenBy && { provenBy }) };
      await this.#record(manager, by, { verb: 'change', issuer, details });
      if (endsTokens(changes)) await this.#endTokens(manager, by, issuer);
      return this.issuers.change(manager, issuer, changes);
    });
    if (changed.enabled) await this.#readKeys(changed);
    return this.seen.one(changed);
  }

  /** Publishers that name it stay and match nothing. More may be trusted without it. Throws `not-found`, `precondition-failed`. */
  async delete(
    { by, organizationId, prove }: IssuerPlace,
    id: OidcIssuerId,
    requireVersion: RequireVersion,
  ): Promise<void> {
    const found = await this.#require(organizationId, id);
    requireVersion(found.version);
    const provenBy = await prove();
    await this.changes.run(async (manager) => {
      await this.issuers.lockUrl(manager, found.url);
      const issuer = await this.#require(organizationId, id, manager);
      requireVersion(issuer.version);
      await this.issuers.remove(manager, id);
      const details = { url: issuer.url, provider: issuer.provider, provenBy };
      await this.#record(manager, by, { verb: 'delete', issuer, details });
      await this.#endTokens(manager, by, issuer);
    });
  }

  async #require(
    organizationId: OrganizationId | null,
    id: OidcIssuerId,
    manager?: EntityManager,
  ): Promise<OidcIssuerEntity> {
    const issuer = await this.issuers.find(organizationId, id, manager);
    if (issuer !== undefined) return issuer;
    throw new DomainError('not-found', 'oidc-issuer.not-found', 'There is no such issuer.');
  }

  async #requireRoom(manager: EntityManager, organizationId: OrganizationId | null): Promise<void> {
    if (organizationId === null) await this.issuers.lockInstallation(manager);
    else await this.organizations.lock(manager, organizationId);
    const most = organizationId === null ? maxIssuers : maxIssuersPerOrganization;
    if ((await this.issuers.count(manager, organizationId)) < most) return;
    throw new DomainError('conflict', 'oidc-issuer.too-many', `There can be at most ${most} issuers.`);
  }

  async #requireFree(manager: EntityManager, organizationId: OrganizationId | null, url: string): Promise<void> {
    const rows = await this.issuers.seenBy(organizationId, url, manager);
    if (rows.some((row) => row.organizationId === organizationId)) {
      throw new DomainError('conflict', 'oidc-issuer.exists', 'That issuer is registered already.');
    }
    if (organizationId === null) return;
    if (builtInIssuers.has(url) || rows.some((row) => row.organizationId === null)) {
      const message = 'That issuer is the installation’s; it need not be registered.';
      throw new DomainError('conflict', 'oidc-issuer.installation-has', message);
    }
    if ((await this.issuers.countOf(manager, url)) < maxRegistrationsOfUrl) return;
    const message = 'Very many have registered that issuer: ask an administrator to register it for the installation.';
    throw new DomainError('conflict', 'oidc-issuer.too-common', message);
  }

  /** Those of the installation are read when somebody needs them. */
  async #readKeys({ url, provider, organizationId }: IssuerRegistration): Promise<void> {
    if (organizationId !== null) await this.keySets.registered({ url, provider }, [organizationId]);
  }

  async #endTokens(
    manager: EntityManager,
    by: AuditActor,
    { url: issuer, organizationId }: Pick<OidcIssuerEntity, 'url' | 'organizationId'>,
  ): Promise<void> {
    await this.tokens.endOfIssuer(manager, by, { issuer, organizationId }, 'admin');
  }

  async #record(
    manager: EntityManager,
    by: AuditActor,
    {
      verb,
      issuer,
      details,
    }: {
      readonly verb: 'create' | 'change' | 'delete';
      readonly issuer: Pick<OidcIssuerEntity, 'issuerId' | 'organizationId'>;
      readonly details: Readonly<Record<string, unknown>>;
    },
  ): Promise<void> {
    const { issuerId, organizationId } = issuer;
    await this.audit.record(manager, by, {
      action: `oidc-issuer.${verb}`,
      subject: `oidc-issuer:${issuerId}`,
      ...(organizationId === null ? {} : { organizationId }),
      details,
    });
  }
}
