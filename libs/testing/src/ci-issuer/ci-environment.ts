import type { ProviderName } from '@waybill/trusted-publishing';

interface Job {
  readonly origin: string;
  readonly issuer: string;
  readonly requestToken: string;
  readonly claims: Readonly<Record<string, unknown>>;
  /** For the audience that the job was given one for. */
  readonly token: string;
  readonly audience: string;
  /** For Sigstore, which GitLab's jobs are given apart. */
  readonly sigstoreToken: string;
}

type Variables = Record<string, string>;

/**
 * The variables of a job there, as far as package managers look at them: those that say which CI it is, those from which npm
 * writes its provenance, and those from which they get their tokens.
 */
export function ciVariables(provider: ProviderName, job: Job): Variables {
  return { CI: 'true', ...(special[provider] ?? byVariable)(job, provider) };
}

const special: Partial<Record<ProviderName, (job: Job, provider: ProviderName) => Variables>> = {
  'github-actions': (job) => actions(job, 'https://github.com'),
  // Its runners say that they are GitHub's, too: actions made for those look at it.
  'forgejo-actions': (job) => ({ ...actions(job, job.origin), GITEA_ACTIONS: 'true', FORGEJO_ACTIONS: 'true' }),
  'gitlab-ci': gitlab,
  circleci: (job) => ({
    CIRCLECI: 'true',
    CIRCLE_SHA1: '7b3f0f6e1d5a4c9b8e2a1f0d9c8b7a6f5e4d3c2b',
    CIRCLE_OIDC_TOKEN: job.token,
    CIRCLE_OIDC_TOKEN_V2: job.token,
    NPM_ID_TOKEN: job.token,
  }),
};

/** What tells each of the others; their jobs hand their tokens over in variables. */
const marks: Partial<Record<ProviderName, Variables>> = {
  buildkite: { BUILDKITE: 'true', BUILDKITE_AGENT_ACCESS_TOKEN: 'a token of tests' },
  'bitbucket-pipelines': { BITBUCKET_COMMIT: '7b3f0f6e1d5a4c9b8e2a1f0d9c8b7a6f5e4d3c2b', BITBUCKET_BUILD_NUMBER: '12' },
  codefresh: { CF_BUILD_ID: '65e6d5551e47e5bc243ca93f' },
  'azure-devops': { TF_BUILD: 'True', SYSTEM_TEAMFOUNDATIONCOLLECTIONURI: 'https://dev.azure.com/acme/' },
  jenkins: { JENKINS_URL: 'https://jenkins.acme.example/', BUILD_ID: '42' },
};

function byVariable({ token }: Job, provider: ProviderName): Variables {
  const step: Variables = provider === 'bitbucket-pipelines' ? { BITBUCKET_STEP_OIDC_TOKEN: token } : {};
  return { ...marks[provider], ...step, NPM_ID_TOKEN: token };
}

function actions({ origin, requestToken, claims }: Job, server: string): Variables {
  const said = (claim: string) => textOf(claims[claim]);
  return {
    GITHUB_ACTIONS: 'true',
    GITHUB_SERVER_URL: server,
    GITHUB_API_URL: `${server}/api`,
    GITHUB_REPOSITORY: said('repository'),
    GITHUB_REPOSITORY_ID: said('repository_id'),
    GITHUB_REPOSITORY_OWNER: said('repository_owner'),
    GITHUB_REPOSITORY_OWNER_ID: said('repository_owner_id'),
    GITHUB_REF: said('ref'),
    GITHUB_REF_NAME: said('ref').replace(/^refs\/(heads|tags)\//, ''),
    GITHUB_REF_TYPE: said('ref_type'),
    GITHUB_SHA: said('sha'),
    GITHUB_EVENT_NAME: said('event_name'),
    GITHUB_WORKFLOW: said('workflow'),
    GITHUB_WORKFLOW_REF: said('workflow_ref'),
    GITHUB_RUN_ID: said('run_id'),
    GITHUB_RUN_NUMBER: said('run_number'),
    GITHUB_RUN_ATTEMPT: said('run_attempt'),
    GITHUB_ACTOR: said('actor'),
    RUNNER_ENVIRONMENT: said('runner_environment') || 'self-hosted',
    ACTIONS_ID_TOKEN_REQUEST_URL: `${origin}/idtoken?api-version=2.0`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: requestToken,
  };
}

function gitlab({ issuer, claims, token, audience, sigstoreToken }: Job): Variables {
  const said = (claim: string) => textOf(claims[claim]);
  const url = `${issuer}/${said('project_path')}`;
  return {
    GITLAB_CI: 'true',
    CI_SERVER_URL: issuer,
    CI_SERVER_HOST: new URL(issuer).hostname,
    CI_PROJECT_PATH: said('project_path'),
    CI_PROJECT_ID: said('project_id'),
    CI_PROJECT_URL: url,
    CI_CONFIG_PATH: '.gitlab-ci.yml',
    CI_COMMIT_SHA: said('sha'),
    CI_COMMIT_REF_NAME: said('ref'),
    CI_PIPELINE_ID: said('pipeline_id'),
    CI_PIPELINE_SOURCE: said('pipeline_source'),
    CI_JOB_ID: said('job_id'),
    CI_JOB_URL: `${url}/-/jobs/${said('job_id')}`,
    CI_RUNNER_ID: said('runner_id'),
    NPM_ID_TOKEN: token,
    PYPI_ID_TOKEN: token,
    // Where clients look for a token for an audience: its letters and digits, in upper case.
    [`${audience.toUpperCase().replace(/[^A-Z0-9]/g, '_')}_ID_TOKEN`]: token,
    SIGSTORE_ID_TOKEN: sigstoreToken,
  };
}

function textOf(claim: unknown): string {
  return typeof claim === 'string' || typeof claim === 'number' ? String(claim) : '';
}
