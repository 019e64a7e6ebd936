import type { OrganizationId } from '@waybill/domain';
import type { ProviderName, SigningAlgorithm } from '@waybill/trusted-publishing';
import { providerNames, providers } from '@waybill/trusted-publishing';
import type { OidcIssuerEntity } from './oidc-issuer.entity.js';
import type { IssuerReach, VerifiedIssuer } from './verified-id-token.js';

/** An issuer, as whoever writes a rule chooses it. */
export interface KnownIssuer {
  readonly url: string;
  readonly provider: ProviderName;
  readonly title: string;
  readonly from: 'built-in' | 'installation' | 'organization';
  readonly enabled: boolean;
}

/** What of a registration decides how tokens are verified. */
export type IssuerRegistration = Pick<
  OidcIssuerEntity,
  'url' | 'provider' | 'organizationId' | 'jwksUri' | 'algorithms' | 'allowFixedAudience' | 'enabled'
>;

/** How tokens of an issuer are verified, and for whom they then count. */
export interface IssuerReading {
  readonly url: string;
  readonly provider: ProviderName;
  /** Where its keys are, if an administrator has said so. */
  readonly jwksUri: string | null;
  /** Of organizations' registrations all have the one that the reading is for. */
  readonly algorithms: readonly SigningAlgorithm[];
  readonly allowFixedAudience: boolean;
  readonly organizations: IssuerReach;
}

/** The issuers that need no registration, as everybody has the same, by URL. */
export const builtInIssuers: ReadonlyMap<string, KnownIssuer> = new Map(
  providerNames.flatMap((provider) =>
    providers[provider].publicIssuers.map((url): [string, KnownIssuer] => [
      url,
      { url, provider, title: providers[provider].title, from: 'built-in', enabled: true },
    ]),
  ),
);

const issuerShape = /^https?:\/\/[\x21-\x7e]{1,400}$/;

/** Tokens say whatever they like there; what no URL is made of is not even looked for. */
export function isIssuerUrl(url: string): boolean {
  return issuerShape.test(url);
}

export function knownIssuerOf({ url, provider, title, organizationId, enabled }: OidcIssuerEntity): KnownIssuer {
  return { url, provider, title, from: organizationId === null ? 'installation' : 'organization', enabled };
}

/**
 * The ways in which tokens of a URL that are signed with this algorithm are read, by all that is registered for it. What the
 * installation says decides alone: also that nobody uses it. Organizations whose registrations verify such a token alike share a
 * reading, whatever else they take. So there are at most as many as providers, and one more for each with a fixed audience: no
 * number of organizations leaves another one's out (W4).
 */
export function readingsOf(
  url: string,
  algorithm: string,
  registrations: readonly IssuerRegistration[],
): readonly IssuerReading[] {
  const common = registrations.find(({ organizationId }) => organizationId === null);
  if (common !== undefined) return common.enabled ? [readingOf(common, 'all')] : [];
  const builtIn = builtInIssuers.get(url);
  if (builtIn !== undefined) {
    const { provider } = builtIn;
    const { algorithms } = providers[provider];
    return [{ url, provider, jwksUri: null, algorithms, allowFixedAudience: false, organizations: 'all' }];
  }
  const alike = new Map<string, { readonly reading: IssuerReading; readonly organizations: OrganizationId[] }>();
  for (const registration of registrations) {
    const { organizationId, enabled, algorithms } = registration;
    const taken = algorithms.find((known) => known === algorithm);
    if (!enabled || organizationId === null || taken === undefined) continue;
    const known = alike.get(registrationOf(registration));
    if (known !== undefined) {
      known.organizations.push(organizationId);
      continue;
    }
    const organizations = [organizationId];
    const reading = readingOf({ ...registration, algorithms: [taken] }, organizations);
    alike.set(registrationOf(registration), { reading, organizations });
  }
  return [...alike.values()].map(({ reading }) => reading);
}

/** What of a registration decides which tokens are good, besides the algorithms: of those a token has one. */
export function registrationOf(
  of: Pick<IssuerRegistration, 'provider' | 'jwksUri' | 'allowFixedAudience'>,
): VerifiedIssuer['registration'] {
  return JSON.stringify([of.provider, of.jwksUri, of.allowFixedAudience]);
}

function readingOf(registration: IssuerRegistration, organizations: IssuerReach): IssuerReading {
  const { url, provider, jwksUri, algorithms, allowFixedAudience } = registration;
  return { url, provider, jwksUri, algorithms, allowFixedAudience, organizations };
}
