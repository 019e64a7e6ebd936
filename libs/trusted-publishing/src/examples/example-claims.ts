import type { ProviderName } from '../provider-name.js';
import { forgejoClaims, githubClaims, gitlabClaims } from './actions-claims.js';
import * as others from './other-claims.js';

const claimsOf: Readonly<Record<ProviderName, Readonly<Record<string, unknown>>>> = {
  'github-actions': githubClaims,
  'gitlab-ci': gitlabClaims,
  'forgejo-actions': forgejoClaims,
  circleci: others.circleciClaims,
  buildkite: others.buildkiteClaims,
  'bitbucket-pipelines': others.bitbucketClaims,
  codefresh: others.codefreshClaims,
  'google-cloud': others.googleClaims,
  'azure-devops': others.azureClaims,
  kubernetes: others.kubernetesClaims,
  jenkins: others.jenkinsClaims,
  generic: others.genericClaims,
};

/**
 * What the tokens of a provider look like: all its claims, for a release of `left-pad` of `acme` from a tag, without those of the one
 * token (`aud`, `exp`, `iat`, `nbf`, `jti`).
 */
export function exampleClaims(provider: ProviderName, issuer: string): Record<string, unknown> {
  const claims = { ...claimsOf[provider], iss: issuer };
  if (provider !== 'gitlab-ci') return claims;
  const instance = issuer.replace(/^https?:\/\//, '');
  const { project_path: project, ref_path: ref } = gitlabClaims;
  return { ...claims, ci_config_ref_uri: `${instance}/${project}//.gitlab-ci.yml@${ref}` };
}
