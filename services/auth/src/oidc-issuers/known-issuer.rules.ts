import type { OrganizationId } from '@waybill/domain';
import type { ProviderName, SigningAlgorithm } from '@waybill/trusted-publishing';
import { providerNames, providers } from '@waybill/trusted-publishing';
import type { OidcIssuerEntity } from './oidc-issuer.entity.js';
import type { IssuerReach } from './verified-id-token.js';

/** An issuer, as whoever writes a rule chooses it. */
export interface KnownIssuer {
  readonly url: string;
  readonly provider: ProviderName;
  readonly title: string;
  readonly from: 'built-in' | 'installation' | 'organization';
  readonly enabled: boolean;
}

/** How tokens of an issuer are verified, and for whom they then count. */
export interface IssuerReading {
  readonly url: string;
  readonly provider: ProviderName;
  /** Where its keys are, if an administrator has said so. */
  readonly jwksUri: string | null;
  readonly algorithms: readonly SigningAlgorithm[];
  readonly allowFixedAudience: boolean;
  readonly organizations: IssuerReach;
}

/** What is read in more ways than this is read in the oldest ones. */
const maxReadings = 20;

/** The issuers that need no registration, as everybody has the same, by URL. */
export const builtInIssuers: ReadonlyMap<string, KnownIssuer> = new Map(
  providerNames.flatMap((provider) =>
    providers[provider].publicIssuers.map((url): [string, KnownIssuer] => [
      url,
      { url, provider, title: providers[provider].title, from: 'built-in', enabled: true },
    ]),
  ),
);

export function knownIssuerOf({ url, provider, title, organizationId, enabled }: OidcIssuerEntity): KnownIssuer {
  return { url, provider, title, from: organizationId === null ? 'installation' : 'organization', enabled };
}

/**
 * The ways in which tokens of a URL are read, by all that is registered for it, oldest first. What the installation says
 * decides alone: also that nobody uses it. Organizations that registered it alike share a reading.
 */
export function readingsOf(url: string, rows: readonly OidcIssuerEntity[]): readonly IssuerReading[] {
  const common = rows.find(({ organizationId }) => organizationId === null);
  if (common !== undefined) return common.enabled ? [readingOf(common, 'all')] : [];
  const builtIn = builtInIssuers.get(url);
  if (builtIn !== undefined) {
    const { provider } = builtIn;
    const { algorithms } = providers[provider];
    return [{ url, provider, jwksUri: null, algorithms, allowFixedAudience: false, organizations: 'all' }];
  }
  const alike = new Map<string, { readonly first: OidcIssuerEntity; readonly organizations: OrganizationId[] }>();
  for (const row of rows) {
    if (!row.enabled || row.organizationId === null) continue;
    const key = registrationOf(row);
    const known = alike.get(key);
    if (known !== undefined) known.organizations.push(row.organizationId);
    else if (alike.size < maxReadings) alike.set(key, { first: row, organizations: [row.organizationId] });
  }
  return [...alike.values()].map(({ first, organizations }) => readingOf(first, organizations));
}

/** What of a registration decides which tokens are good. */
export function registrationOf(of: Omit<IssuerReading, 'organizations' | 'url'>): string {
  return JSON.stringify([of.provider, of.jwksUri, [...of.algorithms].sort(), of.allowFixedAudience]);
}

function readingOf(row: OidcIssuerEntity, organizations: IssuerReach): IssuerReading {
  const { url, provider, jwksUri, algorithms, allowFixedAudience } = row;
  return { url, provider, jwksUri, algorithms, allowFixedAudience, organizations };
}
