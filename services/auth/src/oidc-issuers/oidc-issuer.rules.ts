import { randomUUID } from 'node:crypto';
import type { OrganizationId, UserId } from '@waybill/domain';
import { DomainError } from '@waybill/domain';
import type { OutboundPolicy } from '@waybill/outbound';
import type { ProviderName, SigningAlgorithm } from '@waybill/trusted-publishing';
import { providers } from '@waybill/trusted-publishing';
import type { OidcIssuerEntity, OidcIssuerId } from './oidc-issuer.entity.js';
import type { NewOidcIssuer, OidcIssuerChange } from './oidc-issuers.repository.js';

export interface OidcIssuerWish {
  readonly provider: ProviderName;
  /** The issuer, or the address of the server where the provider's issuer is just that. */
  readonly url: string;
  readonly title?: string | undefined;
  readonly jwksUri?: string | null | undefined;
  readonly algorithms?: readonly SigningAlgorithm[] | undefined;
  readonly allowFixedAudience?: boolean | undefined;
  readonly enabled?: boolean | undefined;
}

export type OidcIssuerChangeWish = Omit<OidcIssuerWish, 'provider' | 'url'>;

/** Of whom it is to be; null: the installation. */
interface OidcIssuerOwner {
  readonly organizationId: OrganizationId | null;
  readonly createdBy: UserId | null;
}

/**
 * A new issuer with what the provider's profile says where the wish says nothing. Throws `invalid` `oidc-issuer.url-wrong` for a URL that no
 * issuer of the provider has, `oidc-issuer.audience-free` where there is no fixed audience to be allowed, `outbound.url-refused`.
 */
export function newOidcIssuer(wish: OidcIssuerWish, owner: OidcIssuerOwner, policy: OutboundPolicy): NewOidcIssuer {
  const { provider } = wish;
  const profile = providers[provider];
  const url = profile.issuerOf(wish.url);
  if (url === undefined) {
    throw new DomainError('invalid', 'oidc-issuer.url-wrong', `No issuer of ${profile.title} has that URL.`);
  }
  policy.parseUrl(url);
  const checked = checkedChange(provider, wish, policy);
  return {
    issuerId: randomUUID() as OidcIssuerId,
    ...owner,
    url,
    provider,
    title: checked.title ?? profile.title,
    jwksUri: checked.jwksUri ?? null,
    algorithms: checked.algorithms ?? [...profile.algorithms],
    allowFixedAudience: checked.allowFixedAudience ?? false,
    enabled: checked.enabled ?? true,
  };
}

/** What of a wish changes anything. Throws like `newOidcIssuer`. */
export function oidcIssuerChange(
  issuer: OidcIssuerEntity,
  wish: OidcIssuerChangeWish,
  policy: OutboundPolicy,
): OidcIssuerChange {
  const wanted = Object.entries(checkedChange(issuer.provider, wish, policy));
  const before = new Map<string, unknown>(Object.entries(issuer));
  return Object.fromEntries(
    wanted.filter(([name, value]) => JSON.stringify(before.get(name)) !== JSON.stringify(value)),
  );
}

/**
 * Whether a change needs the proof of a person: who says where keys are signs for everybody that trusts them (security.md T3). Everything
 * does but another title, and to trust its tokens no more.
 */
export function isForPerson({ title: _title, enabled, ...others }: OidcIssuerChangeWish): boolean {
  return enabled === true || Object.values(others).some((value) => value !== undefined);
}

/** Whether tokens that were good before need not be good after it: what was minted for them ends (T11). */
export function endsTokens({ title: _title, enabled, ...others }: OidcIssuerChange): boolean {
  return enabled === false || Object.keys(others).length > 0;
}

function checkedChange(provider: ProviderName, wish: OidcIssuerChangeWish, policy: OutboundPolicy): OidcIssuerChange {
  const { title, jwksUri, algorithms, allowFixedAudience, enabled } = wish;
  if (typeof jwksUri === 'string') policy.parseUrl(jwksUri);
  if (allowFixedAudience === true && providers[provider].fixedAudience === undefined) {
    throw new DomainError(
      'invalid',
      'oidc-issuer.audience-free',
      'Issuers of this provider write the audience that is asked for; none has to be allowed.',
    );
  }
  return {
    ...(title === undefined ? {} : { title }),
    ...(jwksUri === undefined ? {} : { jwksUri }),
    ...(algorithms === undefined ? {} : { algorithms: [...new Set(algorithms)].sort() }),
    ...(allowFixedAudience === undefined ? {} : { allowFixedAudience }),
    ...(enabled === undefined ? {} : { enabled }),
  };
}
