import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { decodeJwt } from 'jose';
import { describe, expect, it, onTestFinished } from 'vitest';
import { tempDir } from '../temp-dir.js';
import { startCiIssuer } from './ci-issuer.js';

const audience = 'npm:waybill.example';

describe('the environment of a job', () => {
  it.each(['github-actions', 'forgejo-actions'] as const)(
    'of %s has an address to ask for tokens',
    async (provider) => {
      const issuer = await startCiIssuer(provider, { claims: { actor: 'somebody' } });
      onTestFinished(issuer.stop);
      const variables = await issuer.environment({ audience });
      expect(variables).toMatchObject({ CI: 'true', GITHUB_ACTIONS: 'true', GITHUB_ACTOR: 'somebody' });
      const address = `${variables['ACTIONS_ID_TOKEN_REQUEST_URL'] ?? ''}&audience=${encodeURIComponent(audience)}`;
      expect((await fetch(address)).status).toBe(401);
      const authorization = `bearer ${variables['ACTIONS_ID_TOKEN_REQUEST_TOKEN'] ?? ''}`;
      const { value } = (await (await fetch(address, { headers: { authorization } })).json()) as { value: string };
      expect(decodeJwt(value)).toMatchObject({ aud: audience, iss: issuer.issuer, actor: 'somebody' });
    },
  );

  it('of GitLab has a token by the name of its audience, and one for Sigstore', async () => {
    const issuer = await startCiIssuer('gitlab-ci');
    onTestFinished(issuer.stop);
    const variables = await issuer.environment({ audience });
    expect(variables).toMatchObject({ GITLAB_CI: 'true', CI_PROJECT_PATH: 'acme/tools/left-pad' });
    for (const name of ['NPM_ID_TOKEN', 'PYPI_ID_TOKEN', 'NPM_WAYBILL_EXAMPLE_ID_TOKEN']) {
      expect(decodeJwt(variables[name] ?? '').aud).toBe(audience);
    }
    expect(decodeJwt(variables['SIGSTORE_ID_TOKEN'] ?? '').aud).toBe('sigstore');
  });

  it.each([
    ['buildkite', 'buildkite-agent', ['oidc', 'request-token', '--audience', audience]],
    ['circleci', 'circleci', ['run', 'oidc', 'get', '--root-issuer', '--claims', JSON.stringify({ aud: audience })]],
  ] as const)('of %s has a program that gives tokens', async (provider, program, args) => {
    await using directory = await tempDir();
    const issuer = await startCiIssuer(provider);
    onTestFinished(issuer.stop);
    const variables = await issuer.environment({ audience, programs: directory.path, path: '/usr/bin' });
    expect(variables['PATH']?.split(':')).toEqual([directory.path, '/usr/bin']);
    const { stdout } = await promisify(execFile)(join(directory.path, program), [...args]);
    expect(decodeJwt(stdout)).toMatchObject({ aud: audience, iss: issuer.issuer });
  });

  it.each(['jenkins', 'codefresh', 'bitbucket-pipelines', 'azure-devops', 'kubernetes', 'google-cloud'] as const)(
    'of %s has its token in a variable, where pnpm looks in any CI',
    async (provider) => {
      const issuer = await startCiIssuer(provider);
      onTestFinished(issuer.stop);
      const { NPM_ID_TOKEN: token = '' } = await issuer.environment({ audience });
      expect(decodeJwt(token)).toMatchObject({ aud: audience, iss: issuer.issuer });
    },
  );
});
