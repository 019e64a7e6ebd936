import { exampleClaims } from '../src/examples/example-claims.js';
import type { ProviderName } from '../src/provider-name.js';
import { readClaims } from '../src/read-claims.js';
import type { TokenClaims } from '../src/token-claims.js';

/** Where each provider's issuer is. */
export const issuers: Readonly<Record<ProviderName, string>> = {
  'github-actions': 'https://token.actions.githubusercontent.com',
  'gitlab-ci': 'https://gitlab.com',
  'forgejo-actions': 'https://codeberg.org/api/actions',
  circleci: 'https://oidc.circleci.com/org/3c1a7c32-5a55-4a5c-9d0a-0f4f6e2a5e11',
  buildkite: 'https://agent.buildkite.com',
  'bitbucket-pipelines': 'https://api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc',
  codefresh: 'https://oidc.codefresh.io',
  'google-cloud': 'https://accounts.google.com',
  'azure-devops': 'https://vstoken.dev.azure.com/d3b07384-d9a0-4c1e-8b3f-2f1e0d9c8b7a',
  kubernetes: 'https://oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF',
  jenkins: 'https://jenkins.acme.example/oidc',
  generic: 'https://login.acme.example/',
};

/** The payload of a provider's token with some claims changed; `undefined` takes one out. */
export function examplePayload(
  provider: ProviderName,
  changes: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  const token = { aud: 'npm:waybill.example', iat: 1_795_000_000, exp: 1_795_000_300, jti: 'b6a3a0e0-one' };
  const issuer = typeof changes['iss'] === 'string' ? changes['iss'] : issuers[provider];
  const all: [string, unknown][] = Object.entries({ ...exampleClaims(provider, issuer), ...token, ...changes });
  return Object.fromEntries(all.filter(([, value]) => value !== undefined));
}

export function readExample(provider: ProviderName, changes: Readonly<Record<string, unknown>> = {}): TokenClaims {
  return readClaims(provider, examplePayload(provider, changes));
}
