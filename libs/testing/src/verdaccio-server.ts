import { access, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { freePort } from '@waybill/embedded-servers';
import { execa } from 'execa';

import { tempDir } from './temp-dir.js';
import { toolsDirectory } from './tools-directory.js';
import { waitUntilLive } from './wait-until-live.js';

/** Exact: a comparison must mean the same peer everywhere. */
const version = '6.10.4';
const program = 'node_modules/verdaccio/bin/verdaccio';
const installTimeoutMs = 300_000;

/** Nothing but a registry: everybody reads, whoever signed in writes; no uplinks, no web interface, hardly a log. */
const configuration = {
  storage: './storage',
  auth: { htpasswd: { file: './htpasswd', algorithm: 'bcrypt', rounds: 4 } },
  uplinks: {},
  packages: { '**': { access: '$all', publish: '$authenticated', unpublish: '$authenticated' } },
  web: { enable: false },
  log: { type: 'stdout', format: 'json', level: 'error' },
  // All tests come from one address; the defaults would refuse its later sign-ins.
  userRateLimit: { windowMs: 1000, max: 1_000_000 },
};

export interface RunningVerdaccio {
  /** `http://127.0.0.1:<port>`, with no slash at the end. */
  readonly url: string;
  /** Adds a user and answers a token of theirs. */
  createUser(name: string, password: string): Promise<string>;
  /** Ends the process and removes its data. */
  stop(): Promise<void>;
}

/**
 * A real Verdaccio 6 with an empty storage, run with the Node of the tests: another registry of npm's protocol to compare
 * with. Installed from the npm registry by the first call ever (a minute).
 */
export async function startVerdaccio(): Promise<RunningVerdaccio> {
  const installed = await installVerdaccio();
  const directory = await tempDir('verdaccio');
  const config = join(directory.path, 'config.yaml');
  // YAML reads JSON.
  await writeFile(config, JSON.stringify(configuration));
  const port = await freePort();
  const server = execa(
    process.execPath,
    [join(installed, program), '--config', config, '--listen', `127.0.0.1:${port}`],
    {
      cwd: directory.path,
      env: { HOME: directory.path, PATH: process.env['PATH'] ?? '' },
      extendEnv: false,
      reject: false,
      all: true,
      maxBuffer: 1024 * 1024,
      forceKillAfterDelay: 5_000,
    },
  );
  async function stop(): Promise<void> {
    server.kill();
    await server;
    await directory.dispose();
  }
  const url = `http://127.0.0.1:${port}`;
  try {
    await waitUntilLive({ name: 'Verdaccio', healthUrl: `${url}/-/ping`, ended: server.then((result) => result.all) });
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, stop, createUser: (name, password) => createUser(url, name, password) };
}

/** Processes that race install into folders of their own, and the first rename wins: what is visible is complete. */
async function installVerdaccio(): Promise<string> {
  const directory = join(toolsDirectory(), `verdaccio-${version}`);
  if (await exists(join(directory, program))) return directory;
  await mkdir(toolsDirectory(), { recursive: true });
  const draft = await mkdtemp(join(toolsDirectory(), '.build-verdaccio-'));
  try {
    // Its own choice of node-fetch names a dist-tag that cannot be installed.
    const overrides = { 'node-fetch': '2.7.0' };
    const manifest = { private: true, dependencies: { verdaccio: version }, overrides };
    await writeFile(join(draft, 'package.json'), JSON.stringify(manifest));
    await execa('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'], {
      cwd: draft,
      env: { NODE_OPTIONS: '' },
      timeout: installTimeoutMs,
    });
    await rename(draft, directory).catch(async (error: unknown) => {
      // Another process was first; its installation is as good.
      if (!(await exists(join(directory, program)))) throw error;
    });
    return directory;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

async function createUser(url: string, name: string, password: string): Promise<string> {
  const response = await fetch(`${url}/-/user/org.couchdb.user:${name}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name, password }),
  });
  if (!response.ok) throw new Error(`Verdaccio refused a user: ${response.status} ${await response.text()}`);
  return ((await response.json()) as { token: string }).token;
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}
