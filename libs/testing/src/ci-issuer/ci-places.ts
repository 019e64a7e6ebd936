import type { ProviderName } from '@waybill/trusted-publishing';

/** Where a provider has its issuer and its keys on a server, and how long its tokens live. */
export interface CiPlaces {
  readonly issuerPath: string;
  /** Below the issuer. */
  readonly keysPath: string;
  readonly lifetimeSeconds: number;
}

const organization = '3c1a7c32-5a55-4a5c-9d0a-0f4f6e2a5e11';

export const ciPlaces: Readonly<Record<ProviderName, CiPlaces>> = {
  'github-actions': { issuerPath: '', keysPath: '/.well-known/jwks', lifetimeSeconds: 300 },
  'gitlab-ci': { issuerPath: '', keysPath: '/oauth/discovery/keys', lifetimeSeconds: 3600 },
  'forgejo-actions': { issuerPath: '/api/actions', keysPath: '/.well-known/keys', lifetimeSeconds: 300 },
  circleci: { issuerPath: `/org/${organization}`, keysPath: '/.well-known/jwks-pub.json', lifetimeSeconds: 3600 },
  buildkite: { issuerPath: '', keysPath: '/.well-known/jwks', lifetimeSeconds: 300 },
  'bitbucket-pipelines': {
    issuerPath: '/2.0/workspaces/acme/pipelines-config/identity/oidc',
    keysPath: '/keys.json',
    lifetimeSeconds: 3600,
  },
  codefresh: { issuerPath: '', keysPath: '/jwks', lifetimeSeconds: 300 },
  'google-cloud': { issuerPath: '', keysPath: '/oauth2/v3/certs', lifetimeSeconds: 3600 },
  'azure-devops': { issuerPath: `/${organization}`, keysPath: '/.well-known/jwks', lifetimeSeconds: 600 },
  kubernetes: { issuerPath: '', keysPath: '/openid/v1/jwks', lifetimeSeconds: 3600 },
  jenkins: { issuerPath: '/oidc', keysPath: '/jwks', lifetimeSeconds: 3600 },
  generic: { issuerPath: '', keysPath: '/keys', lifetimeSeconds: 300 },
};
