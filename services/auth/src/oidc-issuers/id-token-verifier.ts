import { Injectable } from '@nestjs/common';
import { DomainError } from '@waybill/domain';
import { providers, readClaims, replayKeyOf, verifyAudience, verifyTimes } from '@waybill/trusted-publishing';
import type { ProviderProfile } from '@waybill/trusted-publishing';
import { compactVerify } from 'jose';
import { issuerUnknown, signatureWrong, tokenMalformed } from './id-token.errors.js';
import type { UnverifiedToken } from './id-token.rules.js';
import { readUnverified } from './id-token.rules.js';
import { KeySetCache } from './key-set-cache.js';
import type { IssuerReading } from './known-issuer.rules.js';
import { registrationOf } from './known-issuer.rules.js';
import { KnownIssuers } from './known-issuers.js';
import type { TokenExpectation, VerifiedIdToken, VerifiedIdTokens } from './verified-id-token.js';

/** Says of ID tokens whether they are their issuer's, for us, and of now. What they may do is for rules to say. */
@Injectable()
export class IdTokenVerifier {
  constructor(
    private readonly issuers: KnownIssuers,
    private readonly keys: KeySetCache,
  ) {}

  /**
   * Throws, always with a status below 500 but for an issuer that cannot be reached (T4): `invalid` `oidc.token-malformed` |
   * `oidc.claim-malformed`; `unauthenticated` `oidc.issuer-unknown` | `oidc.signature-wrong` | `oidc.audience-wrong` |
   * `oidc.audience-ambiguous` | `oidc.audience-fixed` | `oidc.token-expired` | `oidc.token-not-yet-valid` | `oidc.token-too-old`;
   * `unavailable` `oidc.issuer-unavailable`, with when to come back.
   */
  async verify(idToken: string, expected: TokenExpectation): Promise<VerifiedIdTokens> {
    const unverified = readUnverified(idToken);
    const readings = await this.issuers.readings(unverified.issuer);
    const outcomes = await Promise.allSettled(
      readings.map((reading) => this.#verifyAs(reading, idToken, unverified, expected)),
    );
    const [first, ...others] = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    if (first !== undefined) return [first, ...others];
    throw reasonOf(outcomes);
  }

  async #verifyAs(
    reading: IssuerReading,
    idToken: string,
    unverified: UnverifiedToken,
    { audiences, now = new Date() }: TokenExpectation,
  ): Promise<VerifiedIdToken> {
    const { url, provider, organizations } = reading;
    const profile = providers[provider];
    const payload = await this.#payloadOf(reading, idToken, unverified);
    const claims = readClaims(provider, payload);
    if (claims.issuer !== url) throw issuerUnknown();
    verifyAudience(payload['aud'], [...audiences, ...fixedAudienceOf(profile, reading)]);
    const times = verifyTimes(payload, now, profile);
    return {
      issuer: { url, provider, organizations, registration: registrationOf(reading) },
      claims,
      times,
      replayKey: replayKeyOf(profile, claims, idToken),
      path: profile.releasePath(claims),
    };
  }

  /** What the issuer has signed. Who cannot show that is not told that an organization has registered it (A6). */
  async #payloadOf(
    reading: IssuerReading,
    idToken: string,
    unverified: UnverifiedToken,
  ): Promise<Readonly<Record<string, unknown>>> {
    try {
      return await this.#verifySignature(reading, idToken, unverified);
    } catch (error) {
      if (reading.organizations === 'all' || isUnavailable(error)) throw error;
      throw issuerUnknown();
    }
  }

  async #verifySignature(
    reading: IssuerReading,
    idToken: string,
    { kid, algorithm }: UnverifiedToken,
  ): Promise<Readonly<Record<string, unknown>>> {
    const algorithms = [...reading.algorithms];
    if (!algorithms.some((known) => known === algorithm)) throw signatureWrong('the issuer does not sign like that');
    const keys = await this.keys.find(reading, kid, reading.organizations);
    const { payload } = await compactVerify(idToken, keys, { algorithms }).catch(() => {
      // What jose says of a token has nothing for whoever sent it, and is of many kinds.
      throw signatureWrong('its signature does not verify');
    });
    const content: unknown = JSON.parse(new TextDecoder().decode(payload));
    if (isObject(content)) return content;
    throw tokenMalformed('its payload is no object');
  }
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

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
