import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually, freePort } from '@waybill/testing';
import { startProcess } from '../process/started-process.js';
import type { RegistryServer, StartOptions } from './server.js';

const root = join(import.meta.dirname, '../..');
const privateRepository = 'bench-private';

/** The limits of the gateway are off: one load generator stands for many clients. */
const withoutRateLimits = {
  WAYBILL_RATE_ANONYMOUS_READS: '0',
  WAYBILL_RATE_ANONYMOUS_WRITES: '0',
  WAYBILL_RATE_READS: '0',
  WAYBILL_RATE_WRITES: '0',
  WAYBILL_RATE_SIGN_INS: '0',
  WAYBILL_RATE_SIGN_INS_PER_ACCOUNT: '0',
  WAYBILL_RATE_BAD_CREDENTIALS: '0',
};

/** Waybill as `npm start` starts it after its build: every service in one process, its own PostgreSQL and NATS. */
export async function startWaybill(options: StartOptions): Promise<RegistryServer> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const started = await startProcess({
    node: process.execPath,
    args: [...(options.nodeOptions ?? []), '--enable-source-maps', join(root, 'services/standalone/dist/main.js')],
    environment: {
      WAYBILL_HOST: '127.0.0.1',
      WAYBILL_PORT: String(port),
      WAYBILL_DATA_DIR: options.directory,
      WAYBILL_LOG_LEVEL: 'error',
      ...withoutRateLimits,
      ...options.environment,
    },
    // Its first account is made a moment after the gateway has begun to answer; then it says so.
    isReady: (output) => output.includes('Waybill is ready at'),
    directory: root,
  });
  const admin = JSON.parse(await readFile(join(options.directory, 'first-admin.json'), 'utf8')) as { token: string };
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
  await createPrivateRepository(url, admin.token).catch(async (error: unknown) => {
    await started.stop();
    throw error;
  });
  return {
    ...started,
    name: 'waybill',
    version,
    registryUrl: `${url}/npm/main`,
    privateRegistryUrl: `${url}/npm/${privateRepository}`,
    token: admin.token,
  };
}

async function createPrivateRepository(url: string, token: string): Promise<void> {
  const response = await fetch(`${url}/api/v1/repositories`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ slug: privateRepository, organization: 'home', visibility: 'private' }),
  });
  const alreadyThere = 409;
  if (!response.ok && response.status !== alreadyThere)
    throw new Error(`The private repository: ${response.status} ${await response.text()}`);
  // The adapter hears of it by an event.
  await eventually(async () => {
    const search = await fetch(`${url}/npm/${privateRepository}/-/v1/search`, {
      headers: { authorization: `Bearer ${token}` },
    });
    if (!search.ok) throw new Error(`The private repository is not there yet: ${search.status}`);
  });
}
