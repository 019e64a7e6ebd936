import { Injectable } from '@nestjs/common';
import { DomainError } from '@waybill/domain';
import { providers, readClaims, replayKeyOf, verifyAudience, verifyTimes } from '@waybill/trusted-publishing';
import type { ProviderProfile } from '@waybill/trusted-publishing';
import { issuerUnknown } from './id-token.errors.js';
import { readUnverified } from './id-token.rules.js';
import type { SignedPayload, SignedToken } from './id-token-signatures.js';
import { IdTokenSignatures } from './id-token-signatures.js';
import type { IssuerReading } from './known-issuer.rules.js';
import { isIssuerUrl, registrationOf } from './known-issuer.rules.js';
import { KnownIssuers } from './known-issuers.js';
import type { TokenExpectation, VerifiedIdToken, VerifiedIdTokens } from './verified-id-token.js';

/** Says of ID tokens whether they are their issuer's, for us, and of now. What they may do is for rules to say. */
@Injectable()
export class IdTokenVerifier {
  constructor(
    private readonly issuers: KnownIssuers,
    private readonly signatures: IdTokenSignatures,
  ) {}

  /**
   * Throws, always with a status below 500 but for an issuer that cannot be reached (T4): `invalid` `oidc.token-malformed` |
   * `oidc.claim-malformed`; `unauthenticated` `oidc.issuer-unknown` | `oidc.signature-wrong` | `oidc.audience-wrong` |
   * `oidc.audience-ambiguous` | `oidc.audience-fixed` | `oidc.token-expired` | `oidc.token-not-yet-valid` | `oidc.token-too-old`;
   * `unavailable` `oidc.issuer-unavailable`, with when to come back.
   */
  async verify(idToken: string, expected: TokenExpectation): Promise<VerifiedIdTokens> {
    const token = { text: idToken, ...readUnverified(idToken) };
    if (!isIssuerUrl(token.issuer)) throw issuerUnknown();
    const readings = await this.issuers.readings(token.issuer, token.algorithm);
    const isCommon = readings.some(({ organizations }) => organizations === 'all');
    const signed = isCommon
      ? (reading: IssuerReading) => this.signatures.verifyCommon(reading, token)
      : await this.signatures.verifierOf(token);
    const outcomes = await Promise.allSettled(
      readings.map(async (reading) => verifiedAs(reading, token, await signed(reading), expected)),
    );
    const [first, ...others] = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    if (first !== undefined) return [first, ...others];
    throw reasonOf(outcomes);
  }
}

function verifiedAs(
  reading: IssuerReading,
  { text, algorithm }: SignedToken,
  payload: SignedPayload,
  { audiences, now = new Date() }: TokenExpectation,
): VerifiedIdToken {
  const { url, provider, organizations } = reading;
  const profile = providers[provider];
  const claims = readClaims(provider, payload);
  if (claims.issuer !== url) throw issuerUnknown();
  verifyAudience(payload['aud'], [...audiences, ...fixedAudienceOf(profile, reading)]);
  const times = verifyTimes(payload, now, profile);
  return {
    issuer: { url, provider, organizations, registration: registrationOf(reading), algorithm },
    claims,
    times,
    replayKey: replayKeyOf(profile, claims, text),
    path: profile.releasePath(claims),
  };
}

/** The audience of all relying parties of a provider, where an administrator has allowed that; otherwise says so. */
function fixedAudienceOf({ fixedAudience }: ProviderProfile, { allowFixedAudience }: IssuerReading): string[] {
  if (fixedAudience === undefined) return [];
  if (allowFixedAudience) return [fixedAudience];
  throw new DomainError(
    'unauthenticated',
    'oidc.audience-fixed',
    'Everybody gets tokens of this issuer for the same audience; an administrator has to allow them first.',
  );
}

/** Of what went wrong in each reading, what may be otherwise in a moment; or the first. */
function reasonOf(outcomes: readonly PromiseSettledResult<unknown>[]): Error {
  const reasons = outcomes.flatMap((outcome) => {
    if (outcome.status === 'fulfilled') return [];
    const reason: unknown = outcome.reason;
    return reason instanceof Error ? [reason] : [];
  });
  return reasons.find(isUnavailable) ?? reasons[0] ?? issuerUnknown();
}

function isUnavailable(error: unknown): boolean {
  return error instanceof DomainError && error.kind === 'unavailable';
}
