import { createHash } from 'node:crypto';
import { claimMalformed } from './claim-error.js';
import type { ProviderProfile } from './providers/provider-profile.js';
import type { TokenClaims } from './token-claims.js';
import { textOf } from './token-claims.js';

/**
 * What one token of an issuer is known by after it was used, at most 300 characters: its `jti`, or where the issuer has none the SHA-256 of
 * what is signed of it. Not of the signature: with ECDSA anybody can make a second valid one out of the first.
 */
export function replayKeyOf(profile: Pick<ProviderProfile, 'replayKey'>, claims: TokenClaims, token: string): string {
  if (profile.replayKey === 'jti') {
    const jti = textOf(claims, 'jti');
    if (jti === undefined) throw claimMalformed('jti');
    return `jti:${jti}`;
  }
  const signed = token.slice(0, token.lastIndexOf('.'));
  return `sha256:${createHash('sha256').update(signed).digest('hex')}`;
}
