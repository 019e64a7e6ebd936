import type { OrganizationId } from '@waybill/domain';
import type { ProviderName, ReleasePath, TokenClaims, TokenTimes } from '@waybill/trusted-publishing';

/**
 * For whom the issuer of a token counts: for everybody, if it is the installation's, or only for the publishers of these
 * organizations, which registered it themselves (pitfall 22, T3).
 */
export type IssuerReach = 'all' | readonly OrganizationId[];

/** An issuer as one who verified a token with its keys knows it. */
export interface VerifiedIssuer {
  /** `iss`, exactly as it stands in the token. */
  readonly url: string;
  readonly provider: ProviderName;
  /** Never an empty list. */
  readonly organizations: IssuerReach;
  /** How it was registered when the token was verified, for `IssuersInUse.hold`. */
  readonly registration: string;
  /** What the token is signed with. */
  readonly algorithm: string;
}

/** An ID token whose signature, audience and times are right. What it may do is for the rules to say. */
export interface VerifiedIdToken {
  readonly issuer: VerifiedIssuer;
  readonly claims: TokenClaims;
  readonly times: TokenTimes;
  /** What the token is known by after it was used; together with `issuer.url` (T2). At most 1100 characters. */
  readonly replayKey: string;
  /** Stored with what is published with it, and shown to people. */
  readonly path: ReleasePath;
}

/**
 * The same token, once for each way in which its issuer is known. Nearly always one. Organizations can have registered the same URL as
 * issuers of different providers; then each has its own reading, for these organizations only.
 */
export type VerifiedIdTokens = readonly [VerifiedIdToken, ...VerifiedIdToken[]];

/** What a token is verified against. */
export interface TokenExpectation {
  /** Exactly one of them has to be the token's only audience. */
  readonly audiences: readonly string[];
  readonly now?: Date;
}
