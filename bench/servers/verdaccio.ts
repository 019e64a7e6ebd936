import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '@waybill/testing';
import { answers, startProcess } from '../process/started-process.js';
import { installVerdaccio, verdaccioVersion } from './install-verdaccio.js';
import type { RegistryServer, StartOptions } from './server.js';

const user = { name: 'bench', password: 'bench-password-1' };

/** Nothing but a registry: no uplinks, no web interface, hardly a log. */
const configuration = {
  storage: './storage',
  auth: { htpasswd: { file: './htpasswd', algorithm: 'bcrypt', rounds: 10 } },
  uplinks: {},
  packages: {
    'private-*': { access: '$authenticated', publish: '$authenticated' },
    '**': { access: '$all', publish: '$authenticated' },
  },
  web: { enable: false },
  max_body_size: '200mb',
  log: { type: 'stdout', format: 'json', level: 'error' },
  // A load generator is one address: its defaults would refuse the second sign-in of a run.
  userRateLimit: { windowMs: 1000, max: 1_000_000 },
};

export interface VerdaccioOptions {
  /** Signed tokens; its default checks the bcrypt hash of the password with every request that has a token. */
  readonly jwt?: boolean;
}

const signedTokens = { security: { api: { jwt: { sign: { expiresIn: '1d' } } } } };

/** Packages whose names start with `private-` need the token; everything else is read by anybody. */
export async function startVerdaccio(options: StartOptions & VerdaccioOptions): Promise<RegistryServer> {
  const program = await installVerdaccio();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  // YAML reads JSON.
  await writeFile(
    join(options.directory, 'config.yaml'),
    JSON.stringify({ ...configuration, ...(options.jwt === true && signedTokens) }),
  );
  const config = join(options.directory, 'config.yaml');
  const started = await startProcess({
    node: process.execPath,
    args: [...(options.nodeOptions ?? []), program, '--config', config, '--listen', `127.0.0.1:${port}`],
    environment: {},
    isReady: () => answers(`${url}/-/ping`),
    directory: options.directory,
  });
  return {
    ...started,
    name: 'verdaccio',
    version: verdaccioVersion,
    registryUrl: url,
    privateRegistryUrl: url,
    token: await signIn(url).catch(async (error: unknown) => {
      await started.stop();
      throw error;
    }),
  };
}

async function signIn(url: string): Promise<string> {
  const basic = Buffer.from(`${user.name}:${user.password}`).toString('base64');
  const response = await fetch(`${url}/-/user/org.couchdb.user:${user.name}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json', authorization: `Basic ${basic}` },
    body: JSON.stringify(user),
  });
  if (!response.ok) throw new Error(`Verdaccio's sign-in: ${response.status} ${await response.text()}`);
  const { token } = (await response.json()) as { token: string };
  return token;
}
