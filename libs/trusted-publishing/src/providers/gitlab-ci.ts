import { addressOf, flagOf, fullRef, refTypeOf, releasePath, runnerOf } from '../release-path.js';
import { textOf } from '../token-claims.js';
import type { TokenClaims } from '../token-claims.js';
import { claimsWithJti, optionalCount, optionalFlag, optionalText, text } from './claim-shapes.js';
import { selfManagedIssuer } from './issuer-url.js';
import type { ProviderProfile } from './provider-profile.js';

export const gitlabIssuer = 'https://gitlab.com';

/** GitLab CI/CD, gitlab.com and self-managed. https://docs.gitlab.com/ci/secrets/id_token_authentication/ */
export const gitlabCi: ProviderProfile = {
  name: 'gitlab-ci',
  title: 'GitLab CI/CD',
  publicIssuers: [gitlabIssuer],
  issuerOf: (configured) =>
    configured.replace(/\/$/, '') === gitlabIssuer ? gitlabIssuer : selfManagedIssuer(configured),
  claims: claimsWithJti({
    project_id: text,
    project_path: text,
    namespace_id: text,
    namespace_path: text,
    pipeline_source: text,
    ref: text,
    ref_type: text,
    ref_path: optionalText,
    ref_protected: optionalFlag,
    ci_config_ref_uri: optionalText,
    ci_config_sha: optionalText,
    environment: optionalText,
    job_project_id: optionalText,
    runner_environment: optionalText,
    sha: optionalText,
    pipeline_id: optionalCount,
    job_id: optionalCount,
    user_login: optionalText,
  }),
  derive: configurationFile,
  identities: [
    { id: 'project_id', of: 'project_path', inPath: 'repositoryId' },
    { id: 'namespace_id', of: 'namespace_path', within: ['project_path'], inPath: 'ownerId' },
  ],
  names: { project_path: 'ignore-case', namespace_path: 'ignore-case', ci_config_project: 'ignore-case' },
  anchors: [['project_path'], ['project_id'], ['namespace_path'], ['namespace_id']],
  environmentClaim: 'environment',
  untrustedEvents: ['external_pull_request_event'],
  distrust: startedByFork,
  replayKey: 'jti',
  audience: 'free',
  // A token is made when its job starts, and lives as long as the job may.
  maximumAgeSeconds: 3600,
  algorithms: ['RS256'],
  releasePath: (claims) => {
    const of = (claim: string) => textOf(claims, claim);
    const ref = refOf(claims);
    const elsewhere = of('ci_config_project') !== of('project_path');
    return releasePath({
      provider: claims.provider,
      issuer: claims.issuer,
      repository: of('project_path'),
      repositoryId: of('project_id'),
      repositoryUrl: addressOf(claims.issuer, of('project_path')),
      owner: of('namespace_path'),
      ownerId: of('namespace_id'),
      workflow: of('ci_config_path'),
      jobWorkflow:
        elsewhere && of('ci_config_path') !== undefined
          ? `${of('ci_config_project') ?? ''}//${of('ci_config_path') ?? ''}`
          : undefined,
      ref,
      refType: refTypeOf(ref),
      refProtected: flagOf(of('ref_protected')),
      commit: of('sha'),
      environment: of('environment'),
      event: of('pipeline_source'),
      runner: runnerOf(of('runner_environment')),
      runId: of('pipeline_id'),
      runUrl: addressOf(claims.issuer, of('project_path'), '-', 'jobs', of('job_id')),
      actor: of('user_login'),
    });
  },
};

function refOf(claims: TokenClaims): string | undefined {
  return textOf(claims, 'ref_path') ?? fullRef(textOf(claims, 'ref'), textOf(claims, 'ref_type'));
}

/**
 * The project and the file in `gitlab.com/acme/left-pad//.gitlab-ci.yml@refs/heads/main`. Files, projects' groups and refs may all
 * contain what they are separated by, so what the token says of its own project and ref is taken off; otherwise it is cut at the
 * first `//` and the last `@`. Nothing where the pipeline is defined outside of the instance.
 */
function configurationFile(claims: TokenClaims): Record<string, string | undefined> {
  const uri = textOf(claims, 'ci_config_ref_uri') ?? '';
  const instance = `${claims.issuer.replace(/^https?:\/\//, '')}/`;
  if (!uri.startsWith(instance)) return { ci_config_project: undefined, ci_config_path: undefined };
  const ref = [refOf(claims), textOf(claims, 'ci_config_sha'), textOf(claims, 'sha')].find(
    (own) => own !== undefined && uri.endsWith(`@${own}`),
  );
  const end = ref === undefined ? uri.lastIndexOf('@') : uri.length - ref.length - 1;
  const place = uri.slice(instance.length, Math.max(end, 0));
  const separator = place.indexOf('//');
  if (separator <= 0 || separator + 2 === place.length)
    return { ci_config_project: undefined, ci_config_path: undefined };
  return { ci_config_project: place.slice(0, separator), ci_config_path: place.slice(separator + 2) };
}

/**
 * Pipelines for merge requests of forks run inside the project (pitfall 8). GitLab says so by two different projects; one that is too old
 * to say it is not believed that it was no fork.
 */
function startedByFork(claims: TokenClaims): string | undefined {
  const runsIn = textOf(claims, 'job_project_id');
  if (runsIn !== undefined && runsIn !== textOf(claims, 'project_id')) {
    return 'The pipeline runs in another project than the one it is of, as those of forks do.';
  }
  if (runsIn === undefined && textOf(claims, 'pipeline_source') === 'merge_request_event') {
    return 'This GitLab does not say whether the pipeline of a merge request is a fork’s.';
  }
  return undefined;
}
