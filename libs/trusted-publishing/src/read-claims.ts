import { claimMalformed } from './claim-error.js';
import type { ProviderName } from './provider-name.js';
import { providers } from './providers/providers.js';
import { flattenClaims } from './token-claims.js';
import type { TokenClaims } from './token-claims.js';

/**
 * The claims of a token whose signature was verified with the keys of an issuer of this provider. Throws `oidc.claim-malformed`, which names
 * the claim, if one that the provider always writes is missing, or one is of another type (T4).
 */
export function readClaims(provider: ProviderName, payload: Readonly<Record<string, unknown>>): TokenClaims {
  const profile = providers[provider];
  const parsed = profile.claims.safeParse(payload);
  if (!parsed.success) throw claimMalformed(parsed.error.issues[0]?.path.map(String).join('.') ?? '');
  const values = flattenClaims(parsed.data);
  const claims: TokenClaims = { provider, issuer: String(parsed.data['iss']), values };
  // Also what cannot be taken out: a claim of the token that has the name of a derived one does not stand for it.
  for (const [name, value] of Object.entries(profile.derive?.(claims) ?? {})) {
    if (value === undefined) values.delete(name);
    else values.set(name, value);
  }
  return claims;
}
