import { Injectable } from '@nestjs/common';
import type { OrganizationId } from '@waybill/domain';
import type { EntityManager } from 'typeorm';
import type { OidcIssuerEntity } from './oidc-issuer.entity.js';
import type { KnownIssuer } from './known-issuer.rules.js';
import { builtInIssuers, isIssuerUrl, knownIssuerOf, readingsOf, type IssuerReading } from './known-issuer.rules.js';
import { OidcIssuersRepository } from './oidc-issuers.repository.js';

/** Which issuers there are: those that everybody has, those of the installation, and those of organizations. */
@Injectable()
export class KnownIssuers {
  constructor(private readonly issuers: OidcIssuersRepository) {}

  /**
   * The ways in which tokens with exactly this `iss` are read that are signed with this algorithm; none for a URL that nobody
   * registered or that was disabled. The installation's word holds for everybody, whatever organizations say of the same URL.
   */
  async readings(url: string, algorithm: string): Promise<readonly IssuerReading[]> {
    return readingsOf(url, algorithm, await this.issuers.registrations(url));
  }

  /** What publishers of this organization may name; undefined for what they may not, or what is disabled. */
  async of(organizationId: OrganizationId, url: string, manager?: EntityManager): Promise<KnownIssuer | undefined> {
    const seen = isIssuerUrl(url) ? await this.issuers.seenBy(organizationId, url, manager) : [];
    const row = seen.find((candidate) => candidate.organizationId === null) ?? seen[0];
    const known = row === undefined ? builtInIssuers.get(url) : knownIssuerOf(row);
    return known?.enabled === true ? known : undefined;
  }

  /** All that publishers of this organization may name: the organization's own, then the installation's, then those that everybody has. */
  async list(organizationId: OrganizationId): Promise<readonly KnownIssuer[]> {
    const [own, common] = await Promise.all([this.issuers.list(organizationId), this.issuers.list(null)]);
    const taken = new Set(common.map(({ url }) => url));
    const builtIn = [...builtInIssuers.values()].filter(({ url }) => !taken.has(url));
    const registered = [...own.filter(({ url }) => !taken.has(url)), ...common].map(knownIssuerOf);
    return [...registered, ...builtIn].filter(({ enabled }) => enabled);
  }

  /** Those of the installation and those that everybody has, disabled ones included. */
  async common(): Promise<readonly (KnownIssuer & { readonly row: OidcIssuerEntity | undefined })[]> {
    const rows = await this.issuers.list(null);
    const taken = new Set(rows.map(({ url }) => url));
    const builtIn = [...builtInIssuers.values()].filter(({ url }) => !taken.has(url));
    return [
      ...rows.map((row) => ({ ...knownIssuerOf(row), row })),
      ...builtIn.map((known) => ({ ...known, row: undefined })),
    ];
  }
}
