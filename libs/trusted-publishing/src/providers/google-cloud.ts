import { releasePath } from '../release-path.js';
import { textOf } from '../token-claims.js';
import type { TokenClaims } from '../token-claims.js';
import { claimsWithoutJti, optionalFlag, optionalText, text } from './claim-shapes.js';
import { issuerAt } from './issuer-url.js';
import type { ProviderProfile } from './provider-profile.js';

/**
 * Service accounts of Google Cloud. `sub` is the account's number: an address can be given to another account after the first was deleted
 * (pitfall 21). https://cloud.google.com/docs/authentication/token-types#id
 */
export const googleCloud: ProviderProfile = {
  name: 'google-cloud',
  title: 'Google Cloud',
  publicIssuers: ['https://accounts.google.com'],
  issuerOf: (configured) => issuerAt(configured, /^accounts\.google\.com$/, /^$/),
  keyHosts: ['www.googleapis.com'],
  claims: claimsWithoutJti({ email: text, email_verified: optionalFlag, azp: optionalText }),
  identities: [{ id: 'sub', of: 'email' }],
  names: { email: 'exact' },
  anchors: [['sub'], ['email']],
  untrustedEvents: [],
  distrust: everybodysAccount,
  replayKey: 'token-hash',
  audience: 'free',
  maximumAgeSeconds: 3600,
  algorithms: ['RS256'],
  releasePath: (claims) =>
    releasePath({
      provider: claims.provider,
      issuer: claims.issuer,
      owner: textOf(claims, 'google.compute_engine.project_id'),
      actor: textOf(claims, 'email'),
      runId: textOf(claims, 'google.compute_engine.instance_id'),
    }),
};

function everybodysAccount(claims: TokenClaims): string | undefined {
  if (textOf(claims, 'email_verified') !== 'true') return 'Google has not verified the address of the account.';
  const email = textOf(claims, 'email') ?? '';
  return /-compute@developer\.gserviceaccount\.com$|@appspot\.gserviceaccount\.com$/.test(email)
    ? 'It is a default service account, which every machine of the project has.'
    : undefined;
}
