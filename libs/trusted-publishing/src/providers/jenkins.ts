import { releasePath } from '../release-path.js';
import { textOf } from '../token-claims.js';
import { claimsWithoutJti, optionalCount } from './claim-shapes.js';
import { selfManagedIssuer } from './issuer-url.js';
import type { ProviderProfile } from './provider-profile.js';

/**
 * Jenkins with the plugin oidc-provider. All claims are texts that its administrator writes (`sub` is the job's address unless
 * changed), so a rule trusts the whole server (pitfall 22). https://plugins.jenkins.io/oidc-provider/
 */
export const jenkins: ProviderProfile = {
  name: 'jenkins',
  title: 'Jenkins',
  publicIssuers: [],
  issuerOf: (configured) => selfManagedIssuer(configured),
  claims: claimsWithoutJti({ build_number: optionalCount }),
  identities: [],
  names: { sub: 'exact' },
  anchors: [['sub']],
  untrustedEvents: [],
  replayKey: 'token-hash',
  audience: 'free',
  maximumAgeSeconds: 3600,
  algorithms: ['RS256'],
  releasePath: (claims) =>
    releasePath({
      provider: claims.provider,
      issuer: claims.issuer,
      workflow: textOf(claims, 'sub'),
      runner: 'self-hosted',
      runId: textOf(claims, 'build_number'),
    }),
};
