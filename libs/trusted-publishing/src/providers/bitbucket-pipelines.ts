import { fullRef, refTypeOf, releasePath } from '../release-path.js';
import { textOf } from '../token-claims.js';
import { claimsWithoutJti, optionalText, text } from './claim-shapes.js';
import { issuerAt } from './issuer-url.js';
import type { ProviderProfile } from './provider-profile.js';

/**
 * Bitbucket Pipelines: an issuer per workspace, whose path has its slug or its id in braces; ids everywhere, and a `sub` that changes
 * with every step. https://support.atlassian.com/bitbucket-cloud/docs/integrate-pipelines-with-resource-servers-using-oidc/
 */
export const bitbucketPipelines: ProviderProfile = {
  name: 'bitbucket-pipelines',
  title: 'Bitbucket Pipelines',
  publicIssuers: [],
  issuerOf: (configured) =>
    issuerAt(
      configured,
      /^api\.bitbucket\.org$/,
      /^\/2\.0\/workspaces\/([\w-]{1,100}|\{[0-9a-f-]{36}\})\/pipelines-config\/identity\/oidc$/,
    ),
  claims: claimsWithoutJti({
    repositoryUuid: text,
    workspaceUuid: text,
    deploymentEnvironmentUuid: optionalText,
    branchName: optionalText,
    pipelineUuid: optionalText,
    stepUuid: optionalText,
  }),
  identities: [],
  names: {},
  anchors: [['repositoryUuid'], ['workspaceUuid']],
  environmentClaim: 'deploymentEnvironmentUuid',
  untrustedEvents: [],
  replayKey: 'token-hash',
  audience: 'free',
  maximumAgeSeconds: 3600,
  algorithms: ['RS256'],
  releasePath: (claims) => {
    const of = (claim: string) => textOf(claims, claim);
    const ref = fullRef(of('branchName'), 'branch');
    return releasePath({
      provider: claims.provider,
      issuer: claims.issuer,
      repositoryId: of('repositoryUuid'),
      ownerId: of('workspaceUuid'),
      ref,
      refType: refTypeOf(ref),
      environment: of('deploymentEnvironmentUuid'),
      runId: of('pipelineUuid'),
    });
  },
};
