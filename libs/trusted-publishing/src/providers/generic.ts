import { releasePath } from '../release-path.js';
import { textOf } from '../token-claims.js';
import { claimsWithoutJti } from './claim-shapes.js';
import { anyIssuer } from './issuer-url.js';
import type { ProviderProfile } from './provider-profile.js';

/**
 * Any other OpenID issuer. Nothing is known of its claims: an administrator chooses the conditions, one of them exact, and the ids
 * that are pinned.
 */
export const generic: ProviderProfile = {
  name: 'generic',
  title: 'OpenID Connect',
  publicIssuers: [],
  issuerOf: anyIssuer,
  claims: claimsWithoutJti({}),
  identities: [],
  names: {},
  anchors: 'any',
  untrustedEvents: [],
  replayKey: 'token-hash',
  audience: 'free',
  maximumAgeSeconds: 3600,
  algorithms: ['RS256'],
  releasePath: (claims) =>
    releasePath({ provider: claims.provider, issuer: claims.issuer, actor: textOf(claims, 'sub') }),
};
