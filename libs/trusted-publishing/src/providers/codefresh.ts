import { addressOf, fullRef, refTypeOf, releasePath } from '../release-path.js';
import { textOf } from '../token-claims.js';
import { claimsWithoutJti, optionalText, text } from './claim-shapes.js';
import { issuerAt } from './issuer-url.js';
import type { ProviderProfile } from './provider-profile.js';

/** Codefresh: one issuer for all accounts. https://codefresh.io/docs/docs/integrations/oidc-pipelines/ */
export const codefresh: ProviderProfile = {
  name: 'codefresh',
  title: 'Codefresh',
  publicIssuers: ['https://oidc.codefresh.io'],
  issuerOf: (configured) => issuerAt(configured, /^oidc\.codefresh\.io$/, /^$/),
  claims: claimsWithoutJti({
    account_id: text,
    pipeline_id: text,
    account_name: optionalText,
    pipeline_name: optionalText,
    workflow_id: optionalText,
    initiator: optionalText,
    scm_repo_url: optionalText,
    scm_ref: optionalText,
    scm_user_name: optionalText,
    scm_pull_request_target_branch: optionalText,
    runner_environment: optionalText,
  }),
  // Rules name the ids themselves.
  identities: [],
  names: {},
  anchors: [['pipeline_id'], ['account_id']],
  untrustedEvents: [],
  distrust: (claims) =>
    textOf(claims, 'scm_pull_request_target_branch') === undefined
      ? undefined
      : 'The build was started by a pull request, which can be a fork’s.',
  replayKey: 'token-hash',
  audience: 'free',
  maximumAgeSeconds: 900,
  algorithms: ['RS256'],
  releasePath: (claims) => {
    const of = (claim: string) => textOf(claims, claim);
    const ref = fullRef(of('scm_ref'), undefined);
    const url = of('scm_repo_url');
    return releasePath({
      provider: claims.provider,
      issuer: claims.issuer,
      repository: url?.replace(/^https:\/\//, ''),
      repositoryUrl: url !== undefined && /^https:\/\/[^\s"'<>]+$/.test(url) ? url : undefined,
      owner: of('account_name'),
      ownerId: of('account_id'),
      workflow: of('pipeline_id'),
      ref,
      refType: refTypeOf(ref),
      event: of('initiator'),
      runId: of('workflow_id'),
      runUrl: addressOf('https://g.codefresh.io', 'build', of('workflow_id')),
      actor: of('scm_user_name'),
    });
  },
};
