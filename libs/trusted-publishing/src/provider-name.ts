/** The kinds of issuers that Waybill knows the claims of; `generic` is any other one. */
export const providerNames = [
  'github-actions',
  'gitlab-ci',
  'forgejo-actions',
  'circleci',
  'buildkite',
  'bitbucket-pipelines',
  'codefresh',
  'google-cloud',
  'azure-devops',
  'kubernetes',
  'jenkins',
  'generic',
] as const;

export type ProviderName = (typeof providerNames)[number];
