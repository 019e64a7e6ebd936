import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readInstallationSecrets } from '@waybill/embedded-servers';
import { Client } from 'pg';
import { publishSample } from '../npm/publish.js';
import { smallPayloadBytes } from '../npm/sample.js';
import { startWaybill } from '../servers/waybill.js';
import { type Population, populate } from './population.js';

/** A running Waybill with so many people, a private package, and tokens of theirs. */
export interface Installation {
  readonly name: Population['name'];
  readonly pid: number;
  readonly url: string;
  readonly packumentUrl: string;
  readonly adminToken: string;
  readonly tokens: readonly string[];
  stop(): Promise<void>;
}

const organization = 'home';
const repository = 'bench-private';
const packageName = 'private-bench';

export async function startInstallation(
  directory: string,
  population: Population,
  tokens: number,
): Promise<Installation> {
  const server = await startWaybill({ directory });
  try {
    const registryUrl = server.privateRegistryUrl;
    await publishSample(
      { registryUrl, token: server.token },
      { name: packageName, version: '1.0.0', payloadBytes: smallPayloadBytes },
    );
    const database = new Client({ connectionString: await databaseUrlOf(directory) });
    await database.connect();
    try {
      const place = { organization, repository, purl: `pkg:npm/${packageName}`, tokens };
      const populated = await populate(database, population, place);
      return {
        name: population.name,
        pid: server.pid,
        url: new URL(registryUrl).origin,
        packumentUrl: `${registryUrl}/${packageName}`,
        adminToken: server.token,
        tokens: populated.tokens,
        stop: () => server.stop(),
      };
    } finally {
      await database.end();
    }
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/** The administrator's, which sees the schema of auth first: it stands in for years of use, not for a service. */
export async function databaseUrlOf(directory: string): Promise<string> {
  const password = readInstallationSecrets(directory).secret('postgres-admin');
  const port = (await readFile(join(directory, 'postgres', 'postmaster.pid'), 'utf8')).split('\n')[3];
  const options = encodeURIComponent('-c search_path=auth');
  return `postgres://waybill:${password}@127.0.0.1:${port}/postgres?options=${options}`;
}
