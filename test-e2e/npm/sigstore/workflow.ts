import { claims } from './id-token.js';
import { idTokenPath } from './local-sigstore.js';

/** The variables of a workflow that may ask for an identity token. */
export function workflowEnvironment(url: string): Record<string, string> {
  return {
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_REPOSITORY: claims.repository,
    GITHUB_REPOSITORY_ID: '1',
    GITHUB_REPOSITORY_OWNER_ID: '2',
    GITHUB_WORKFLOW_REF: 'acme/widget/.github/workflows/release.yml@refs/heads/main',
    GITHUB_EVENT_NAME: claims.event_name,
    GITHUB_REF: claims.ref,
    GITHUB_SHA: claims.sha,
    GITHUB_RUN_ID: '3',
    GITHUB_RUN_ATTEMPT: '1',
    RUNNER_ENVIRONMENT: 'github-hosted',
    ACTIONS_ID_TOKEN_REQUEST_URL: `${url}${idTokenPath}`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'of-this-job',
  };
}
