const organization = '3c1a7c32-5a55-4a5c-9d0a-0f4f6e2a5e11';
const project = '8d2f2f8c-7f0e-4c0b-9f64-5b7ad8a0b0c2';

/** `CIRCLE_OIDC_TOKEN_V2`. */
export const circleciClaims = {
  sub: `org/${organization}/project/${project}/user/6a1f2a0e-1d7d-4a59-8f4d-1d5a4f4d7a10/vcs-origin/github.com/acme/left-pad/vcs-ref/refs/tags/v1.4.2`,
  'oidc.circleci.com/org-id': organization,
  'oidc.circleci.com/project-id': project,
  'oidc.circleci.com/pipeline-definition-id': '5b0a4ad5-3a5d-4c22-9b83-6a1f4a3c8a77',
  'oidc.circleci.com/vcs-origin': 'github.com/acme/left-pad',
  'oidc.circleci.com/vcs-ref': 'refs/tags/v1.4.2',
  'oidc.circleci.com/context-ids': ['f3c4a8de-9f0b-4b0e-8a63-2b7f5f3a1c09'],
  'oidc.circleci.com/ssh-rerun': false,
};

/** Without the ids, which a job has to ask for. */
export const buildkiteClaims = {
  sub: 'organization:acme:pipeline:left-pad:ref:refs/tags/v1.4.2:commit:9f3182061f1e2cca4702c368cbc039b7dc9d4485:step:publish',
  organization_slug: 'acme',
  pipeline_slug: 'left-pad',
  build_number: 1,
  build_branch: 'main',
  build_tag: 'v1.4.2',
  build_commit: '9f3182061f1e2cca4702c368cbc039b7dc9d4485',
  build_source: 'webhook',
  step_key: 'publish',
  job_id: '0184990a-477b-4fa8-9968-496074483cee',
  agent_id: '0184990a-4782-42b5-afc1-16715b10b8ff',
  runner_environment: 'self-hosted',
};

export const bitbucketClaims = {
  sub: '{2a0b8f0e-6b2f-4b0e-9a53-0c1d2e3f4a5b}:{5f0c2f0a-1b2c-4d3e-8f9a-0b1c2d3e4f5a}:{9c8b7a6f-5e4d-4c3b-8a29-180f7e6d5c4b}',
  repositoryUuid: '{2a0b8f0e-6b2f-4b0e-9a53-0c1d2e3f4a5b}',
  workspaceUuid: '{b7c6d5e4-f3a2-41b0-9c8d-7e6f5a4b3c2d}',
  deploymentEnvironmentUuid: '{5f0c2f0a-1b2c-4d3e-8f9a-0b1c2d3e4f5a}',
  branchName: 'main',
  pipelineUuid: '{0a1b2c3d-4e5f-4607-8899-aabbccddeeff}',
  stepUuid: '{9c8b7a6f-5e4d-4c3b-8a29-180f7e6d5c4b}',
};

export const codefreshClaims = {
  sub: 'account:628a80b693a15c0f9c13ab75:pipeline:65e5a53e52853dc51a5b0cc1:scm_repo_url:https://github.com/acme/left-pad:scm_user_name:acme-bot:scm_ref:refs/tags/v1.4.2',
  account_id: '628a80b693a15c0f9c13ab75',
  account_name: 'acme',
  pipeline_id: '65e5a53e52853dc51a5b0cc1',
  pipeline_name: 'left-pad/release',
  workflow_id: '65e6d5551e47e5bc243ca93f',
  initiator: 'codefresh-user',
  scm_repo_url: 'https://github.com/acme/left-pad',
  scm_ref: 'refs/tags/v1.4.2',
  scm_user_name: 'acme-bot',
  runner_environment: 'hybrid',
};

/** `instance/…/identity?audience=…&format=full`. */
export const googleClaims = {
  sub: '112010400000000710080',
  azp: '112010400000000710080',
  email: 'publisher@acme-builds.iam.gserviceaccount.com',
  email_verified: true,
  google: {
    compute_engine: {
      project_id: 'acme-builds',
      project_number: 739419398126,
      zone: 'europe-west4-a',
      instance_id: '152986662232938449',
      instance_name: 'builder-1',
      instance_creation_timestamp: 1704067200,
    },
  },
};

export const azureClaims = {
  sub: 'p://acme/tools/left-pad-release',
  org_id: 'd3b07384-d9a0-4c1e-8b3f-2f1e0d9c8b7a',
  prj_id: '6b1b36cb-fac8-4c5b-9a3e-4a3b2c1d0e9f',
  def_id: '17',
  rpo_id: '9a7b330a-a736-4ad0-b9b3-d0f5e0c8a6f1',
  rpo_uri: 'https://dev.azure.com/acme/tools/_git/left-pad',
  rpo_ver: '0a1b2c3d4e5f60718293a4b5c6d7e8f901234567',
  rpo_ref: 'refs/tags/v1.4.2',
  run_id: '1042',
};

/** A token of a projected volume. */
export const kubernetesClaims = {
  sub: 'system:serviceaccount:ci:publisher',
  'kubernetes.io': {
    namespace: 'ci',
    node: { name: 'node-1', uid: '646e7c5e-32d6-4d42-9dbd-e504e6cbe6b1' },
    pod: { name: 'publish-7d4b', uid: '5e0bd49b-f040-43b0-99b7-22765a53f7f3' },
    serviceaccount: { name: 'publisher', uid: '14ee3fa4-a7e2-420f-9f9a-dbc4507c3798' },
    warnafter: 1704070807,
  },
};

export const jenkinsClaims = { sub: 'https://jenkins.acme.example/job/left-pad/job/release/', build_number: '42' };

export const genericClaims = { sub: 'builder-7', team: 'acme', scopes: ['build', 'publish'] };
