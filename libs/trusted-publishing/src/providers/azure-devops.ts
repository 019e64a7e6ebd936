import { fullRef, refTypeOf, releasePath } from '../release-path.js';
import { textOf } from '../token-claims.js';
import { claimsWithJti, optionalCount, optionalText, text } from './claim-shapes.js';
import { issuerAt } from './issuer-url.js';
import type { ProviderProfile } from './provider-profile.js';

/**
 * Azure Pipelines: an issuer per organization. All relying parties get one audience, `api://AzureADTokenExchange`: whoever else is
 * given such a token could bring it here (pitfall 10).
 */
export const azureDevops: ProviderProfile = {
  name: 'azure-devops',
  title: 'Azure DevOps',
  publicIssuers: [],
  issuerOf: (configured) => issuerAt(configured, /^vstoken\.dev\.azure\.com$/, /^\/[0-9a-f-]{36}$/),
  claims: claimsWithJti({
    org_id: text,
    prj_id: text,
    def_id: optionalText,
    rpo_id: optionalText,
    rpo_uri: optionalText,
    rpo_ver: optionalText,
    rpo_ref: optionalText,
    run_id: optionalCount,
  }),
  // `p://organization/project/pipeline` is of names; what it is of has an id. No id is read out of it (pitfall 1).
  identities: [
    { id: 'def_id', of: 'sub' },
    { id: 'prj_id', of: 'prj_id', within: ['sub'], inPath: 'ownerId' },
  ],
  names: { sub: 'exact' },
  anchors: [['def_id', 'prj_id'], ['sub'], ['rpo_id'], ['prj_id']],
  untrustedEvents: [],
  distrust: (claims) =>
    textOf(claims, 'rpo_ref')?.startsWith('refs/pull/') === true
      ? 'The run is of a pull request, which can be a fork’s.'
      : undefined,
  replayKey: 'jti',
  audience: 'fixed',
  fixedAudience: 'api://AzureADTokenExchange',
  maximumAgeSeconds: 900,
  algorithms: ['RS256'],
  releasePath: (claims) => {
    const of = (claim: string) => textOf(claims, claim);
    const ref = fullRef(of('rpo_ref'), 'branch');
    const url = of('rpo_uri');
    return releasePath({
      provider: claims.provider,
      issuer: claims.issuer,
      repository: url?.replace(/^https:\/\//, ''),
      repositoryId: of('rpo_id'),
      repositoryUrl: url !== undefined && /^https:\/\/[^\s"'<>]+$/.test(url) ? url : undefined,
      ownerId: of('prj_id'),
      workflow: of('def_id'),
      ref,
      refType: refTypeOf(ref),
      commit: of('rpo_ver'),
      runId: of('run_id'),
      actor: of('sub'),
    });
  },
};
