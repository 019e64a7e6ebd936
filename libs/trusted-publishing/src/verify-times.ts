import { DomainError } from '@waybill/domain';
import { claimMalformed } from './claim-error.js';
import type { ProviderProfile } from './providers/provider-profile.js';

/** By how much the clocks of an issuer and of Waybill may differ. The one such constant; the next is derived from it (T1). */
export const leewaySeconds = 30;

/** For how long a used token is remembered after it could have been used: its leeway, and as much again three times for clocks of our own. */
export const replayRetentionSeconds = 4 * leewaySeconds;

/** No profile's maximum age is longer, so that a used token is still remembered when a profile's is raised up to here. */
export const longestMaximumAgeSeconds = 3600;

/** The year 9999, in seconds; what is beyond cannot be a date. */
const lastSecond = 253_402_300_799;

export interface TokenTimes {
  readonly issuedAt: Date;
  readonly expiresAt: Date;
  /** Until then it has to be remembered that the token was used. */
  readonly replayUntil: Date;
}

/**
 * The times of a token that is valid now. Throws `oidc.claim-malformed` for a missing `exp` or `iat` and for what is no time
 * (T4); `oidc.token-expired`, `oidc.token-not-yet-valid`, `oidc.token-too-old` for what it says.
 */
export function verifyTimes(
  times: { readonly exp?: unknown; readonly iat?: unknown; readonly nbf?: unknown },
  now: Date,
  profile: Pick<ProviderProfile, 'maximumAgeSeconds'>,
): TokenTimes {
  const exp = seconds('exp', times.exp);
  const iat = seconds('iat', times.iat);
  const nbf = times.nbf === undefined || times.nbf === null ? iat : seconds('nbf', times.nbf);
  if (exp <= iat) throw claimMalformed('exp');
  const current = now.getTime() / 1000;
  if (current >= exp + leewaySeconds) throw untimely('expired', 'The token has expired.');
  if (current < Math.max(iat, nbf) - leewaySeconds) {
    throw untimely('not-yet-valid', 'The token is not valid yet; is the clock of its issuer right?');
  }
  if (current >= iat + profile.maximumAgeSeconds + leewaySeconds) {
    throw untimely('too-old', `The token is older than ${profile.maximumAgeSeconds} seconds. Ask for a new one.`);
  }
  const lastUse = Math.min(exp, iat + longestMaximumAgeSeconds);
  return { issuedAt: dateOf(iat), expiresAt: dateOf(exp), replayUntil: dateOf(lastUse + replayRetentionSeconds) };
}

function seconds(claim: string, value: unknown): number {
  if (typeof value !== 'number' || !(value >= 0 && value <= lastSecond)) throw claimMalformed(claim);
  return value;
}

function dateOf(time: number): Date {
  return new Date(time * 1000);
}

function untimely(code: string, message: string): DomainError {
  return new DomainError('unauthenticated', `oidc.token-${code}`, message);
}
