import type { ProviderName } from '../provider-name.js';
import { azureDevops } from './azure-devops.js';
import { bitbucketPipelines } from './bitbucket-pipelines.js';
import { buildkite } from './buildkite.js';
import { circleci } from './circleci.js';
import { codefresh } from './codefresh.js';
import { forgejoActions } from './forgejo-actions.js';
import { generic } from './generic.js';
import { githubActions } from './github-actions.js';
import { gitlabCi } from './gitlab-ci.js';
import { googleCloud } from './google-cloud.js';
import { jenkins } from './jenkins.js';
import { kubernetes } from './kubernetes.js';
import type { ProviderProfile } from './provider-profile.js';

export const providers: Readonly<Record<ProviderName, ProviderProfile>> = {
  'github-actions': githubActions,
  'gitlab-ci': gitlabCi,
  'forgejo-actions': forgejoActions,
  circleci,
  buildkite,
  'bitbucket-pipelines': bitbucketPipelines,
  codefresh,
  'google-cloud': googleCloud,
  'azure-devops': azureDevops,
  kubernetes,
  jenkins,
  generic,
};
